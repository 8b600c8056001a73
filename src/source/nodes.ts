import type { CallExpression, Function as FunctionNode, Node } from '@babel/types';
import { walkScript } from './walk.ts';

/** `a.b.c` of a chain of names, `this` and optional steps; undefined for anything else. */
export function dottedName(node: Node | null | undefined): string | undefined {
  if (!node) return undefined;
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'ThisExpression') return 'this';
  if (node.type !== 'MemberExpression' && node.type !== 'OptionalMemberExpression') return undefined;
  if (node.computed || node.property.type !== 'Identifier') return undefined;
  const left = dottedName(node.object);
  return left === undefined ? undefined : `${left}.${node.property.name}`;
}

/** The last name of what is called: `query` of `db.query(…)` and of `make().query(…)`. */
export function calledName(node: Node): string | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'OptionalCallExpression') return undefined;
  const { callee } = node;
  if (callee.type === 'Identifier') return callee.name;
  const isMember = callee.type === 'MemberExpression' || callee.type === 'OptionalMemberExpression';
  return isMember && callee.property.type === 'Identifier' ? callee.property.name : undefined;
}

export function isCall(node: Node, pattern: RegExp): node is CallExpression {
  if (node.type !== 'CallExpression') return false;
  const name = dottedName(node.callee);
  return name !== undefined && pattern.test(name);
}

/** A string known while reading: a literal, or a template or sum of such. */
export function isConstantText(node: Node | undefined): boolean {
  if (!node) return false;
  if (node.type === 'StringLiteral' || node.type === 'NumericLiteral') return true;
  if (node.type === 'TemplateLiteral') return node.expressions.every((e) => isConstantText(e));
  return node.type === 'BinaryExpression' && isConstantText(node.left) && isConstantText(node.right);
}

/** Text with something put in: a template with values, or a sum with a string on one side. */
export function isBuiltText(node: Node | undefined): boolean {
  if (!node || isConstantText(node)) return false;
  if (node.type === 'TemplateLiteral') return node.expressions.length > 0;
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return false;
  return isTextual(node.left) || isTextual(node.right);
}

function isTextual(node: Node): boolean {
  return node.type === 'StringLiteral' || node.type === 'TemplateLiteral' || isBuiltText(node);
}

/** The literal parts of a text, for a look at what it is about. */
export function literalParts(node: Node): string {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'TemplateLiteral') return node.quasis.map((q) => q.value.raw).join(' ');
  if (node.type !== 'BinaryExpression') return '';
  return `${literalParts(node.left)} ${literalParts(node.right)}`;
}

/** The value of a property in an object literal. */
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

export function isLoop(node: Node | undefined): boolean {
  return node !== undefined && LOOPS.has(node.type);
}

/** Whether any node below (and with) `root` satisfies `test`; functions inside count as part of it. */
export function contains(root: Node | null | undefined, test: (node: Node) => boolean): boolean {
  let found = false;
  if (root) walkScript(root, (node) => (found ||= test(node)));
  return found;
}

/** Whether a name is used anywhere below `root`. */
export function mentions(root: Node | null | undefined, name: string): boolean {
  return contains(root, (node) => node.type === 'Identifier' && node.name === name);
}
