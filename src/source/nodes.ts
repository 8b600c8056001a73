import type { CallExpression, Function as FunctionNode, Node } from '@babel/types';
import { walkScript } from './walk.ts';

/** Returns `a.b.c` for a chain of names, `this` and optional steps; undefined for any other node. */
export function dottedName(node: Node | null | undefined): string | undefined {
  if (!node) return undefined;
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'ThisExpression') return 'this';
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return undefined;
  if (node.computed || node.property.type !== 'Identifier') return undefined;
  const left = dottedName(node.object);
  return left === undefined ? undefined : `${left}.${node.property.name}`;
}

/** Returns the last name of a callee: `query` for `db.query(…)` and for `make().query(…)`. */
export function calledName(node: Node): string | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'OptionalCallExpression') return undefined;
  const { callee } = node;
  if (callee.type === 'Identifier') return callee.name;
  const isMember = callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression';
  return isMember && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

/** Returns whether a node is a call whose dotted callee matches the pattern. */
export function isCall(node: Node, pattern: RegExp): node is CallExpression {
  if (node.type !== 'CallExpression') return false;
  const name = dottedName(node.callee);
  return name !== undefined && pattern.test(name);
}

/** Returns whether a node is a constant string or number: a literal, or a template or sum of literals. */
export function isConstantText(node: Node | undefined): boolean {
  if (!node) return false;
  if (node.type === 'StringLiteral' || node.type === 'NumericLiteral') return true;
  if (node.type === 'TemplateLiteral') return node.expressions.every((e) => isConstantText(e));
  return node.type === 'BinaryExpression' && isConstantText(node.left) && isConstantText(node.right);
}

/** Returns whether a node builds a string from values: a template with values, or a sum with a string. */
export function isBuiltText(node: Node | undefined): boolean {
  if (!node || isConstantText(node)) return false;
  if (node.type === 'TemplateLiteral') return node.expressions.length > 0;
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return false;
  return isTextual(node.left) || isTextual(node.right);
}

function isTextual(node: Node): boolean {
  return node.type === 'StringLiteral' || node.type === 'TemplateLiteral' || isBuiltText(node);
}

/** Returns the literal parts of a string expression, separated by spaces. */
export function literalParts(node: Node): string {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'TemplateLiteral') return node.quasis.map((q) => q.value.raw).join(' ');
  if (node.type !== 'BinaryExpression') return '';
  return `${literalParts(node.left)} ${literalParts(node.right)}`;
}

/** Returns the value of a property of an object literal. */
export function propertyOf(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== 'ObjectExpression') return undefined;
  for (const property of node.properties) {
    if (property.type !== 'ObjectProperty' || property.computed) continue;
    const { key } = property;
    if (
      (key.type === 'Identifier' && key.name === name) ||
      (key.type === 'StringLiteral' && key.value === name)
    )
      return property.value;
  }
  return undefined;
}

/** Returns whether a node is a function, an arrow function or a method. */
export function isFunction(node: Node | undefined): node is FunctionNode {
  return (
    node !== undefined &&
    /^(?:Function|ArrowFunction|ObjectMethod|ClassMethod|ClassPrivateMethod)/.test(node.type)
  );
}

const LOOPS = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

/** Returns whether a node is a loop statement. */
export function isLoop(node: Node | undefined): boolean {
  return node !== undefined && LOOPS.has(node.type);
}

/** Returns whether `root` or a node below it satisfies `test`; nested functions are included. */
export function containsNode(root: Node | null | undefined, test: (node: Node) => boolean): boolean {
  let found = false;
  if (root) walkScript(root, (node) => (found ||= test(node)));
  return found;
}

/** Returns whether `root` or a node below it is an identifier with this name. */
export function mentions(root: Node | null | undefined, name: string): boolean {
  return containsNode(root, (node) => node.type === 'Identifier' && node.name === name);
}
