import type { CallExpression, Node } from '@babel/types';
import { dottedName, isFunction } from '../../../source/nodes.ts';
import type { SyntaxRule } from '../../rules/rule.ts';

const SUITE = '(?:describe|it|test|context|suite|specify|bench)';
const FOCUSED = new RegExp(`^(?:${SUITE}(?:\\.\\w+)*\\.only(?:\\.each)?|fit|fdescribe|fcontext|ftest)$`);
const SKIPPED = new RegExp(
  `^(?:${SUITE}(?:\\.\\w+)*\\.skip(?:\\.each)?|xit|xdescribe|xcontext|xtest|xspecify)$`,
);
const TEST = /^(?:it|test|specify)$/;

// A declared test has a name as its first argument; `test.skip(condition, reason)` decides at run time.
function isDeclared(node: Node, pattern: RegExp): node is CallExpression {
  if (node.type !== 'CallExpression') return false;
  const { callee } = node;
  // `it.only.each([…])('name', …)` calls the result of a call or of a tagged template.
  const base =
    callee.type === 'CallExpression'
      ? callee.callee
      : callee.type === 'TaggedTemplateExpression'
        ? callee.tag
        : callee;
  const name = dottedName(base as Node);
  const [title, body] = node.arguments;
  const isNamed = title?.type === 'StringLiteral' || title?.type === 'TemplateLiteral';
  return name !== undefined && pattern.test(name) && isNamed && (body !== undefined || /^x/.test(name));
}

function titleOf(node: CallExpression): string {
  const [title] = node.arguments;
  return title?.type === 'StringLiteral' ? `“${title.value.slice(0, 60)}”` : 'a test';
}

/** `expect(true).toBe(true)` and `assert(true)`. */
function isConstantAssertion(node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const [first] = node.arguments;
  if (/^assert(?:\.ok)?$/.test(dottedName(node.callee) ?? ''))
    return first?.type === 'BooleanLiteral' && first.value;
  if (node.callee.type !== 'MemberExpression' || node.callee.object.type !== 'CallExpression') return false;
  const expect = node.callee.object;
  const [given] = expect.arguments;
  return (
    dottedName(expect.callee) === 'expect' &&
    given?.type === 'BooleanLiteral' &&
    first?.type === 'BooleanLiteral' &&
    given.value === first.value
  );
}

export const SKIPPED_SYNTAX: readonly SyntaxRule[] = [
  {
    id: 'focused-test',
    severity: 'major',
    what: 'only this test runs',
    why: 'All other tests of the file do not run; remove the focus.',
    tests: 'only',
    hint: /\.only\b|\bf(?:it|describe|context|test)\s*\(/,
    types: ['CallExpression'],
    matches: (node) => isDeclared(node, FOCUSED) && `${titleOf(node)} is focused`,
  },
  {
    id: 'skipped-test',
    severity: 'minor',
    what: 'a test is skipped',
    why: 'The behaviour that it covers may be broken; fix the test, or delete it with the reason.',
    tests: 'only',
    hint: /\.skip\b|\bx(?:it|describe|context|test|specify)\s*\(/,
    types: ['CallExpression'],
    matches: (node) => isDeclared(node, SKIPPED) && `${titleOf(node)} is skipped`,
  },
  {
    id: 'empty-test',
    severity: 'minor',
    what: 'a test does nothing',
    why: 'The test always passes; write it, or use it.todo.',
    tests: 'only',
    hint: /(?:=>|\))\s*\{\s*\}\s*,?\s*\)/,
    types: ['CallExpression'],
    matches: (node) => {
      if (!isDeclared(node, TEST)) return false;
      const body = node.arguments.at(-1);
      if (!isFunction(body) || body.body.type !== 'BlockStatement' || body.body.body.length > 0) return false;
      return `${titleOf(node)} does nothing`;
    },
  },
  {
    id: 'constant-assertion',
    severity: 'minor',
    what: 'an assertion compares a constant with itself',
    why: 'The assertion always passes; assert on a result of the code.',
    tests: 'only',
    hint: /\bexpect\(\s*(?:true|false)\s*\)|\bassert(?:\.ok)?\(\s*true/,
    types: ['CallExpression'],
    matches: isConstantAssertion,
  },
];
