import type { Function as FunctionNode, Node } from '@babel/types';
import { calledName, contains, dottedName, isFunction, isLoop, mentions } from '../../../source/nodes.ts';
import { type Ancestors, walkScript } from '../../../source/walk.ts';
import type { SyntaxRule } from '../../rules/rule.ts';

/** Names of calls that read from outside and change nothing; only such calls can run in parallel. */
const READING =
  /^(?:fetch|get[A-Z]|find[A-Z]|load[A-Z]|lookup|resolve[A-Z]|request|download|list[A-Z]|count[A-Z]|axios)/;
const QUERY =
  /^(?:findOne|findById|findUnique|findFirst|findMany|findAll|findByPk|findOneBy|query|queryOne|queryRow)$/;
const PACED = /sleep|delay|(?<!\ba)wait|throttle|retry|backoff|rateLimit|setTimeout/i;

// Returns the innermost loop of the same function whose body contains the node.
function loopAround(ancestors: Ancestors): Node | undefined {
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const node = ancestors[i];
    if (isFunction(node)) return undefined;
    if (isLoop(node) && ancestors[i + 1] === bodyOf(node)) return node;
  }
  return undefined;
}

function bodyOf(loop: Node | undefined): Node | undefined {
  return loop && 'body' in loop && !Array.isArray(loop.body) ? (loop.body as Node) : undefined;
}

// Names that a for-of loop binds to its item.
function itemNames(loop: Node): string[] {
  if (loop.type !== 'ForOfStatement' || loop.await) return [];
  const names: string[] = [];
  walkScript(loop.left, (node) => {
    if (node.type === 'Identifier') names.push(node.name);
  });
  return names;
}

// A loop that stops early, passes a value to the next round or waits must run in order.
function isOrdered(loop: Node, source: string): boolean {
  const text = source.slice(loop.start ?? 0, loop.end ?? 0);
  return (
    PACED.test(text) ||
    contains(bodyOf(loop), (node) => /^(?:Break|Return|Yield|Assignment|Update)/.test(node.type))
  );
}

function usesItem(node: Node, loop: Node): boolean {
  return itemNames(loop).some((name) => mentions(node, name));
}

function isAwaitedRead(node: Node, ancestors: Ancestors, source: string): boolean {
  if (node.type !== 'AwaitExpression') return false;
  const loop = loopAround(ancestors);
  const name = calledName(node.argument) ?? '';
  if (!loop || !READING.test(name) || QUERY.test(name)) return false;
  return usesItem(node.argument, loop) && !isOrdered(loop, source);
}

// A query for one item in a loop, or in a callback of map, flatMap or forEach.
function isQueryPerItem(node: Node, ancestors: Ancestors, source: string): boolean {
  if (!QUERY.test(calledName(node) ?? '') || node.type !== 'CallExpression' || node.arguments.length === 0)
    return false;
  const loop = loopAround(ancestors);
  if (loop) return usesItem(node, loop) && !PACED.test(source.slice(loop.start ?? 0, loop.end ?? 0));
  const index = ancestors.findLastIndex((a) => isFunction(a));
  const callback = ancestors[index];
  const call = ancestors[index - 1];
  if (!isFunction(callback) || !call || !/^(?:map|forEach|flatMap)$/.test(calledName(call) ?? ''))
    return false;
  const [item] = callback.params;
  return item?.type === 'Identifier' && mentions(node, item.name);
}

function isNestedOverSame(node: Node, ancestors: Ancestors): boolean {
  if (node.type !== 'ForOfStatement') return false;
  const list = dottedName(node.right);
  const function_ = ancestors.findLastIndex((a) => isFunction(a));
  return (
    list !== undefined &&
    ancestors.slice(function_ + 1).some((a) => a.type === 'ForOfStatement' && dottedName(a.right) === list)
  );
}

/** `list.filter((x, i) => list.indexOf(x) === i)` searches the whole list for each item. */
function isSearchOfSelf(node: Node, ancestors: Ancestors): boolean {
  if (!/^(?:indexOf|findIndex|includes|lastIndexOf)$/.test(calledName(node) ?? '')) return false;
  const list = objectOf(node);
  const index = ancestors.findLastIndex((a) => isFunction(a));
  const call = ancestors[index - 1];
  if (list === undefined || !call) return false;
  return /^(?:filter|map|forEach|some|every|reduce)$/.test(calledName(call) ?? '') && objectOf(call) === list;
}

function objectOf(call: Node): string | undefined {
  if (call.type !== 'CallExpression' || call.callee.type !== 'MemberExpression') return undefined;
  return dottedName(call.callee.object);
}

/** `reduce((all, x) => ({ ...all, … }))` copies the result for each item. */
function isCopyingReduce(node: Node): boolean {
  if (calledName(node) !== 'reduce' || node.type !== 'CallExpression') return false;
  const [callback] = node.arguments;
  if (!isFunction(callback)) return false;
  const [all] = callback.params;
  return all?.type === 'Identifier' && returnsCopyOf(callback, all.name);
}

function returnsCopyOf(callback: FunctionNode, name: string): boolean {
  const copies = (value: Node | null | undefined) =>
    (value?.type === 'ObjectExpression' || value?.type === 'ArrayExpression') &&
    contains(value, (n) => n.type === 'SpreadElement' && dottedName(n.argument) === name);
  if (copies(callback.body)) return true;
  return contains(callback.body, (n) => n.type === 'ReturnStatement' && copies(n.argument));
}

export const LOOP_SYNTAX: readonly SyntaxRule[] = [
  {
    id: 'query-in-loop',
    severity: 'major',
    what: 'a query for each item of a list',
    why: 'A list of 1,000 items causes 1,000 round trips; query once for all keys (IN, findMany, a join).',
    hint: /\b(?:find(?:One|ById|Unique|First|Many|All|ByPk|OneBy)|query(?:One|Row)?)\s*\(/,
    types: ['CallExpression'],
    matches: (node, ancestors, { source }) => isQueryPerItem(node, ancestors, source),
  },
  {
    id: 'await-in-loop',
    severity: 'minor',
    what: 'independent requests run one after another',
    why: 'No request depends on the previous one; start them together (Promise.all, with a limit for long lists).',
    hint: /\bof\b[\s\S]*\bawait\b/,
    types: ['AwaitExpression'],
    matches: (node, ancestors, { source }) => isAwaitedRead(node, ancestors, source),
  },
  {
    id: 'nested-loop',
    severity: 'minor',
    what: 'a loop over a list inside a loop over the same list',
    why: 'The time grows with the square of the list’s length; build an index of the list once in a Map.',
    hint: /\bof\b[\s\S]*\bfor\b[^\n]*\bof\b/,
    types: ['ForOfStatement'],
    matches: isNestedOverSame,
  },
  {
    id: 'search-in-callback',
    severity: 'minor',
    what: 'the whole list is searched for each of its items',
    why: 'The time grows with the square of the list’s length; use a Set or a Map.',
    hint: /\b(?:indexOf|findIndex|includes)\s*\(/,
    types: ['CallExpression'],
    matches: isSearchOfSelf,
  },
  {
    id: 'copy-in-reduce',
    severity: 'minor',
    what: 'reduce copies its result for each item',
    why: 'The time grows with the square of the list’s length; modify one object, or use Object.fromEntries.',
    hint: /\breduce\s*\(/,
    types: ['CallExpression'],
    matches: isCopyingReduce,
  },
];
