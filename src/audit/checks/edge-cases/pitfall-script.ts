import type { Node } from '@babel/types';
import { calledName, dottedName, isFunction } from '../../../source/nodes.ts';
import type { SyntaxRule } from '../../rules/rule.ts';

const TYPES = new Set(['undefined', 'object', 'boolean', 'number', 'string', 'function', 'symbol', 'bigint']);

/** A decimal fraction that a computer cannot hold exactly; halves and quarters it can. */
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

/** `!a in b` asks for the key "false". */
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

/** A position of 0 is the first place and reads as false. */
function isPositionAsCondition(node: Node): boolean {
  if (node.type !== 'IfStatement') return false;
  const test =
    node.test.type === 'UnaryExpression' && node.test.operator === '!' ? node.test.argument : node.test;
  return /^(?:indexOf|lastIndexOf|findIndex)$/.test(calledName(test) ?? '');
}

/** Ends with return or throw; an empty case shares the next one's body. */
function leaves(body: readonly Node[]): boolean {
  const last = body.at(-1);
  if (!last) return true;
  return last.type === 'BlockStatement' ? leaves(last.body) : /^(?:Return|Throw)Statement$/.test(last.type);
}

/** Cases of plain texts in JavaScript, where no compiler knows whether they are all. */
function lacksDefault(node: Node, isTyped: boolean): boolean {
  if (node.type !== 'SwitchStatement' || isTyped || node.cases.length < 3) return false;
  // `typeof` has a fixed set of answers.
  if (node.discriminant.type === 'UnaryExpression') return false;
  // Where each case returns, what follows the switch is the default.
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
    'A computed 0.3 is 0.30000000000000004; compare the difference with a bound.',
    /[!=]==?\s*-?\d*\.\d|\d*\.\d+\s*[!=]==?/,
    ['BinaryExpression'],
    comparesInexact,
  ],
  [
    'nan-comparison',
    'major',
    'a comparison with NaN',
    'NaN equals nothing, itself neither; use Number.isNaN.',
    /[!=]=\s*(?:Number\.)?NaN\b|\bNaN\s*[!=]=/,
    ['BinaryExpression'],
    comparesNaN,
  ],
  [
    'unknown-typeof',
    'major',
    'typeof is compared with a word that it never gives',
    'The comparison is always false; correct the word.',
    /\btypeof\b[^=!\n]{1,80}[!=]==?\s*['"](?!(?:undefined|object|boolean|number|string|function|symbol|bigint)['"])/,
    ['BinaryExpression'],
    comparesUnknownType,
  ],
  [
    'async-for-each',
    'major',
    'forEach with an async function',
    'Nobody waits for it and its errors are lost; use for…of with await, or Promise.all over map.',
    /\.forEach\(\s*async\b/,
    ['CallExpression'],
    (n) => hasAsyncCallback(n, /^forEach$/),
  ],
  [
    'async-predicate',
    'major',
    'filter, some, every or find with an async function',
    'It returns a promise, which is always true; resolve the values first.',
    /\.(?:filter|some|every|find|findIndex|sort)\(\s*async\b/,
    ['CallExpression'],
    (n) => hasAsyncCallback(n, /^(?:filter|some|every|find|findIndex|sort)$/),
  ],
  [
    'async-executor',
    'major',
    'new Promise with an async function',
    'An error in it rejects nothing; make the outer function async instead.',
    /\bnew\s+Promise(?:<[^>]*>)?\(\s*async\b/,
    ['NewExpression'],
    isAsyncExecutor,
  ],
  [
    'shared-fill',
    'major',
    'Array.fill with one object',
    'All places hold the same object; use Array.from(…, () => ({})).',
    /\.fill\(/,
    ['CallExpression'],
    isSharedFill,
  ],
  [
    'text-sort',
    'major',
    'numbers are sorted as texts',
    '10 comes before 9; sort((a, b) => a - b).',
    /\.sort\(\s*\)/,
    ['CallExpression'],
    isNumericSort,
  ],
  [
    'misread-negation',
    'major',
    '! applies to the left side only',
    'It asks for the key "false"; write !(a in b).',
    /!\s*[\w.]+\s+(?:in|instanceof)\b/,
    ['BinaryExpression'],
    isMisreadNegation,
  ],
  [
    'assigned-condition',
    'major',
    'if with an assignment',
    'It changes the value and is true with it; write === or put the assignment before.',
    /\bif\s*\(\s*[\w.[\]]+\s*=(?!=)/,
    ['IfStatement'],
    isAssignedCondition,
  ],
  [
    'position-as-condition',
    'major',
    'a position is used as yes or no',
    'Position 0 reads as no and -1 as yes; use includes, or compare with -1.',
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
    what: 'switch over texts without default',
    why: 'A new or misspelt text is passed over in silence; add a default that says so.',
    hint: /\bswitch\s*\((?!\s*typeof\b)/,
    types: ['SwitchStatement'],
    matches: (node, _ancestors, { language }) => lacksDefault(node, language === 'ts'),
  },
];
