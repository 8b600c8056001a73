import type { Node } from '@babel/types';
import { calledName, dottedName, isCall, isFunction, mentions } from '../../../source/nodes.ts';
import type { Ancestors } from '../../../source/walk.ts';
import type { SyntaxRule } from '../../rules/rule.ts';

// A block with a comment is not empty, because the comment explains it.
function isEmptyBlock(node: Node | null | undefined, source: string): boolean {
  if (node?.type !== 'BlockStatement' || node.body.length > 0) return false;
  return source.slice((node.start ?? 0) + 1, (node.end ?? 0) - 1).trim() === '';
}

function isEmptyFunction(node: Node | undefined, source: string): boolean {
  return isFunction(node) && isEmptyBlock(node.body, source);
}

// `catch (_)` and `catch (ignored)` ignore the error on purpose.
function isNamed(node: Node | null | undefined): boolean {
  return Boolean(node) && !(node?.type === 'Identifier' && /^(?:_|ignored?$|unused$)/.test(node.name));
}

// A catch names the error and throws a new error without it.
function losesCause(node: Node): boolean {
  if (node.type !== 'CatchClause' || node.param?.type !== 'Identifier') return false;
  const [only] = node.body.body;
  if (node.body.body.length !== 1 || only?.type !== 'ThrowStatement') return false;
  const thrown = only.argument;
  return (
    thrown?.type === 'NewExpression' &&
    // An error of an own class says what the caller needs.
    /^(?:Type|Range|Syntax)?Error$/.test(dottedName(thrown.callee) ?? '') &&
    !mentions(thrown, node.param.name)
  );
}

// True if the nearest function is left through a finally block.
function isInFinally(ancestors: Ancestors): boolean {
  for (let i = ancestors.length - 1; i > 0; i--) {
    const [node, parent] = [ancestors[i], ancestors[i - 1]];
    if (isFunction(node)) return false;
    if (parent?.type === 'TryStatement' && parent.finalizer === node) return true;
  }
  return false;
}

export const SWALLOWED_SYNTAX: readonly SyntaxRule[] = [
  {
    id: 'empty-catch',
    severity: 'major',
    what: 'an error is caught by name and dropped',
    why: 'The failure stays unnoticed; handle the error, rethrow it, or explain in a comment why it can be ignored.',
    hint: /\bcatch\s*\(/,
    types: ['CatchClause'],
    matches: (node, _ancestors, { source }) =>
      node.type === 'CatchClause' && isNamed(node.param) && isEmptyBlock(node.body, source),
  },
  {
    id: 'empty-catch-all',
    severity: 'minor',
    what: 'any error is dropped without a reason',
    why: 'The catch also hides unexpected errors; check for the expected error, or explain why all can be ignored.',
    hint: /\bcatch\b/,
    types: ['CatchClause'],
    matches: (node, _ancestors, { source }) =>
      node.type === 'CatchClause' && !isNamed(node.param) && isEmptyBlock(node.body, source),
  },
  {
    id: 'empty-rejection',
    severity: 'minor',
    what: 'a rejected promise is dropped',
    why: 'The failure stays unnoticed; log the error, or explain in a comment why it can be ignored.',
    hint: /\.catch\s*\(/,
    types: ['CallExpression'],
    matches: (node, _ancestors, { source }) =>
      node.type === 'CallExpression' &&
      calledName(node) === 'catch' &&
      isEmptyFunction(node.arguments[0], source),
  },
  {
    id: 'silent-crash',
    severity: 'major',
    what: 'the global error handler does nothing',
    why: 'The process continues in an unknown state without a message; log the error and exit.',
    hint: /uncaughtException|unhandledRejection/,
    types: ['CallExpression'],
    matches: (node, _ancestors, { source }) => {
      if (!isCall(node, /^process\.on$/)) return false;
      const [event, handler] = node.arguments;
      return (
        event?.type === 'StringLiteral' &&
        /^(?:uncaughtException|unhandledRejection)$/.test(event.value) &&
        isEmptyFunction(handler, source)
      );
    },
  },
  {
    id: 'finally-return',
    severity: 'major',
    what: 'return in finally',
    why: 'The return replaces every error and result of the try block; return after the finally block.',
    hint: /\bfinally\b/,
    types: ['ReturnStatement'],
    matches: (_node, ancestors) => isInFinally(ancestors),
  },
  {
    id: 'lost-cause',
    severity: 'minor',
    what: 'an error is replaced and its cause is lost',
    why: 'The stack of the original error is lost; pass it on: new Error(message, { cause: error }).',
    hint: /\bcatch\b[\s\S]*\bthrow\s+new\b/,
    types: ['CatchClause'],
    matches: losesCause,
  },
];
