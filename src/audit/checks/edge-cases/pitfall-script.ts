import type { Node } from '@babel/types';
import { calledName, dottedName, isFunction } from '../../../source/nodes.ts';
import type { SyntaxRule } from '../../rules/rule.ts';

const TYPES = new Set(['undefined', 'object', 'boolean', 'number', 'string', 'function', 'symbol', 'bigint']);

// Floating point cannot represent most decimal fractions exactly; halves and quarters are exact.
function isInexact(node: Node): boolean {
  return node.type === 'NumericLiteral' && !Number.isInteger(node.value * 1024);
}

function isComparison(node: Node): boolean {
  return node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator);
}

function comparesInexact(node: Node): boolean {
  return (
    node.type === 'BinaryExpression' && isComparison(node) && (isInexact(node.left) || isInexact(node.right))
  );
}

function comparesNaN(node: Node): boolean {
  if (node.type !== 'BinaryExpression' || !isComparison(node)) return false;
  return [node.left, node.right].some((side) => /^(?:Number\.)?NaN$/.test(dottedName(side) ?? ''));
}

function comparesUnknownType(node: Node): boolean {
  if (node.type !== 'BinaryExpression' || !isComparison(node)) return false;
  const { left, right } = node;
  const isTypeof = left.type === 'UnaryExpression' && left.operator === 'typeof';
  return isTypeof && right.type === 'StringLiteral' && !TYPES.has(right.value);
}

function hasAsyncCallback(node: Node, method: RegExp): boolean {
  if (node.type !== 'CallExpression' || !method.test(calledName(node) ?? '')) return false;
  const [callback] = node.arguments;
  return isFunction(callback) && 'async' in callback && callback.async === true;
}

function isAsyncExecutor(node: Node): boolean {
  if (node.type !== 'NewExpression' || dottedName(node.callee) !== 'Promise') return false;
  const [executor] = node.arguments;
  return isFunction(executor) && 'async' in executor && executor.async === true;
}

function isSharedFill(node: Node): boolean {
  if (
    calledName(node) !== 'fill' ||
    node.type !== 'CallExpression' ||
    node.callee.type !== 'MemberExpression'
  )
    return false;
  const { object } = node.callee;
  const isArray =
    (object.type === 'NewExpression' || object.type === 'CallExpression') &&
    dottedName(object.callee) === 'Array';
  return isArray && /^(?:Array|Object)Expression$/.test(node.arguments[0]?.type ?? '');
}

function isNumericSort(node: Node): boolean {
  if (node.type !== 'CallExpression' || calledName(node) !== 'sort' || node.arguments.length > 0)
    return false;
  if (node.callee.type !== 'MemberExpression' || node.callee.object.type !== 'CallExpression') return false;
  const mapped = node.callee.object;
  return (
    calledName(mapped) === 'map' &&
    /^(?:Number|parseFloat|Number\.parseFloat)$/.test(dottedName(mapped.arguments[0]) ?? '')
  );
}

// `!a in b` looks for the key "false".
function isMisreadNegation(node: Node): boolean {
  if (node.type !== 'BinaryExpression' || !/^(?:in|instanceof)$/.test(node.operator)) return false;
  return (
    node.left.type === 'UnaryExpression' && node.left.operator === '!' && !node.left.extra?.parenthesized
  );
}

function isAssignedCondition(node: Node): boolean {
  if (node.type !== 'IfStatement' || node.test.type !== 'AssignmentExpression') return false;
  return node.test.operator === '=' && !node.test.extra?.parenthesized;
}

// A position of 0 is a match but counts as false.
function isPositionAsCondition(node: Node): boolean {
  if (node.type !== 'IfStatement') return false;
  const test =
    node.test.type === 'UnaryExpression' && node.test.operator === '!' ? node.test.argument : node.test;
  return /^(?:indexOf|lastIndexOf|findIndex)$/.test(calledName(test) ?? '');
}

// True if the case ends with return or throw; an empty case shares the next case's body.
function leaves(body: readonly Node[]): boolean {
  const last = body.at(-1);
  if (!last) return true;
  return last.type === 'BlockStatement' ? leaves(last.body) : /^(?:Return|Throw)Statement$/.test(last.type);
}

// In JavaScript no compiler checks that the cases cover all strings.
function lacksDefault(node: Node, isTyped: boolean): boolean {
  if (node.type !== 'SwitchStatement' || isTyped || node.cases.length < 3) return false;
  // `typeof` has a fixed set of results.
  if (node.discriminant.type === 'UnaryExpression') return false;
  // If each case returns, the code after the switch is the default.
  const falls = node.cases.some(({ consequent }) => !leaves(consequent));
  return falls && node.cases.every(({ test }) => test?.type === 'StringLiteral');
}

type Row = [
  id: string,
  severity: 'major' | 'minor',
  what: string,
  why: string,
  hint: RegExp,
  types: Node['type'][],
  matches: (node: Node) => boolean,
];

const ROWS: readonly Row[] = [
  [
    'float-equality',
    'minor',
    'a decimal fraction is compared exactly',
    'A computed 0.3 can be 0.30000000000000004; compare the difference with a tolerance.',
    /[!=]==?\s*-?\d*\.\d|\d*\.\d+\s*[!=]==?/,
    ['BinaryExpression'],
    comparesInexact,
  ],
  [
    'nan-comparison',
    'major',
    'a comparison with NaN',
    'NaN is not equal to any value, not even to itself; use Number.isNaN.',
    /[!=]=\s*(?:Number\.)?NaN\b|\bNaN\s*[!=]=/,
    ['BinaryExpression'],
    comparesNaN,
  ],
  [
    'unknown-typeof',
    'major',
    'typeof is compared with a string that it never returns',
    'The comparison is always false; correct the string.',
    /\btypeof\b[^=!\n]{1,80}[!=]==?\s*['"](?!(?:undefined|object|boolean|number|string|function|symbol|bigint)['"])/,
    ['BinaryExpression'],
    comparesUnknownType,
  ],
  [
    'async-for-each',
    'major',
    'forEach with an async function',
    'forEach does not await the function, and its errors are lost; use for…of with await, or Promise.all over map.',
    /\.forEach\(\s*async\b/,
    ['CallExpression'],
    (n) => hasAsyncCallback(n, /^forEach$/),
  ],
  [
    'async-predicate',
    'major',
    'filter, some, every or find with an async function',
    'The function returns a promise, which is always truthy; resolve the values first.',
    /\.(?:filter|some|every|find|findIndex|sort)\(\s*async\b/,
    ['CallExpression'],
    (n) => hasAsyncCallback(n, /^(?:filter|some|every|find|findIndex|sort)$/),
  ],
  [
    'async-executor',
    'major',
    'new Promise with an async function',
    'An error in the function does not reject the promise; make the outer function async instead.',
    /\bnew\s+Promise(?:<[^>]*>)?\(\s*async\b/,
    ['NewExpression'],
    isAsyncExecutor,
  ],
  [
    'shared-fill',
    'major',
    'Array.fill with one object',
    'All elements are the same object; use Array.from(…, () => ({})).',
    /\.fill\(/,
    ['CallExpression'],
    isSharedFill,
  ],
  [
    'text-sort',
    'major',
    'numbers are sorted as strings',
    'Without a comparator, 10 sorts before 9; use sort((a, b) => a - b).',
    /\.sort\(\s*\)/,
    ['CallExpression'],
    isNumericSort,
  ],
  [
    'misread-negation',
    'major',
    '! applies to the left side only',
    'The expression looks for the key "false"; write !(a in b).',
    /!\s*[\w.]+\s+(?:in|instanceof)\b/,
    ['BinaryExpression'],
    isMisreadNegation,
  ],
  [
    'assigned-condition',
    'major',
    'if with an assignment',
    'The condition changes the variable; write ===, or move the assignment before the if.',
    /\bif\s*\(\s*[\w.[\]]+\s*=(?!=)/,
    ['IfStatement'],
    isAssignedCondition,
  ],
  [
    'position-as-condition',
    'major',
    'a position is used as a boolean',
    'Position 0 counts as false and -1 as true; use includes, or compare with -1.',
    /\bif\s*\(\s*!?[^\n]*\.(?:indexOf|lastIndexOf|findIndex)\(/,
    ['IfStatement'],
    isPositionAsCondition,
  ],
];

const TABLE: SyntaxRule[] = ROWS.map(([id, severity, what, why, hint, types, matches]) => {
  return { id, severity, what, why, hint, types, matches, tests: severity === 'major' ? 'scan' : 'skip' };
});

export const PITFALL_SYNTAX: readonly SyntaxRule[] = [
  ...TABLE,
  {
    id: 'missing-default',
    severity: 'minor',
    what: 'switch over strings without default',
    why: 'A new or misspelt value is ignored silently; add a default that reports it.',
    hint: /\bswitch\s*\((?!\s*typeof\b)/,
    types: ['SwitchStatement'],
    matches: (node, _ancestors, { language }) => lacksDefault(node, language === 'ts'),
  },
];
