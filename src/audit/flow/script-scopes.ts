import type { File, Node } from '@babel/types';
import { isFunction } from '../../source/nodes.ts';
import { walkScript } from '../../source/walk.ts';

/** An assignment of a script: the assigned expression, or undefined for a parameter. */
export interface ScriptAssignment {
  node: Node | undefined;
  end: number;
  isAppended: boolean;
  /** Number of blocks around it: a deeper one may not have run. */
  depth: number;
}

interface FunctionScope {
  start: number;
  end: number;
  names: Map<string, ScriptAssignment[]>;
}

/** The assignments of a script, by function. */
export interface ScriptScopes {
  /** Returns the assignments that can give a name its value at an offset; undefined if it is declared elsewhere. */
  findAssignments(name: string, at: number): ScriptAssignment[] | undefined;
}

const known = new WeakMap<File, ScriptScopes>();

/** Reads the functions and assignments of a parsed script once. */
export function readScriptScopes(file: File): ScriptScopes {
  const seen = known.get(file);
  if (seen) return seen;
  const scopes = collectScopes(file);
  const read: ScriptScopes = { findAssignments: (name, at) => findBefore(scopes, name, at) };
  known.set(file, read);
  return read;
}

function collectScopes(file: File): FunctionScope[] {
  const top: FunctionScope = { start: 0, end: Number.POSITIVE_INFINITY, names: new Map() };
  const scopes = [top];
  walkScript(file.program, (node, ancestors) => {
    if (isFunction(node)) scopes.push(openScope(node, countBlocks(ancestors)));
    else if (/^(?:VariableDeclarator|AssignmentExpression|ForOfStatement)$/.test(node.type))
      collectAssignment(scopes, node, countBlocks(ancestors));
  });
  return scopes;
}

function countBlocks(ancestors: readonly Node[]): number {
  return ancestors.filter(({ type }) => type === 'BlockStatement').length;
}

function openScope(node: Extract<Node, { params: unknown }>, depth: number): FunctionScope {
  const start = node.start ?? 0;
  const scope: FunctionScope = { start, end: node.end ?? 0, names: new Map() };
  const params = 'params' in node && Array.isArray(node.params) ? (node.params as Node[]) : [];
  for (const param of params) bind(scope, param, { node: undefined, end: start, isAppended: false, depth });
  return scope;
}

function collectAssignment(scopes: readonly FunctionScope[], node: Node, depth: number): void {
  const owner = innermost(scopes, node.start ?? 0);
  const end = node.end ?? 0;
  if (node.type === 'VariableDeclarator' && node.init) {
    bind(owner, node.id, { node: node.init, end, isAppended: false, depth });
  } else if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') {
    const { name } = node.left;
    const declared = scopes.findLast(
      (s) => s.start <= (node.start ?? 0) && end <= s.end && s.names.has(name),
    );
    add(declared ?? owner, name, { node: node.right, end, isAppended: node.operator === '+=', depth });
  } else if (node.type === 'ForOfStatement' && node.left.type === 'VariableDeclaration') {
    const id = node.left.declarations[0]?.id;
    if (id) bind(owner, id, { node: node.right, end: node.right.end ?? 0, isAppended: false, depth });
  }
}

// A pattern gives each of its names the whole value.
function bind(scope: FunctionScope, pattern: Node, assignment: ScriptAssignment): void {
  for (const part of partsOf(pattern)) {
    if (part.type === 'Identifier') add(scope, part.name, assignment);
    else bind(scope, part, assignment);
  }
}

function partsOf(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'AssignmentPattern':
      return [pattern.left];
    case 'RestElement':
      return [pattern.argument];
    case 'TSParameterProperty':
      return [pattern.parameter];
    case 'ArrayPattern':
      return pattern.elements.filter((element) => element !== null);
    case 'ObjectPattern':
      return pattern.properties.map((property) =>
        property.type === 'RestElement' ? property.argument : property.value,
      );
    default:
      return [];
  }
}

function add(scope: FunctionScope, name: string, assignment: ScriptAssignment): void {
  const list = scope.names.get(name);
  if (list) list.push(assignment);
  else scope.names.set(name, [assignment]);
}

function innermost(scopes: readonly FunctionScope[], at: number): FunctionScope {
  return scopes.findLast((scope) => scope.start <= at && at < scope.end) ?? (scopes[0] as FunctionScope);
}

// The name belongs to the innermost function around the offset that assigns it.
function findBefore(
  scopes: readonly FunctionScope[],
  name: string,
  at: number,
): ScriptAssignment[] | undefined {
  const around = scopes.filter((scope) => scope.start <= at && at < scope.end && scope.names.has(name));
  const owner = around.at(-1);
  if (!owner) return undefined;
  const all = owner.names.get(name) ?? [];
  const earlier = all.filter(({ end, node }) => end <= at || node === undefined);
  // In an outer function, an assignment below can run before the inner function.
  const isOwn = innermost(scopes, at) === owner;
  return isOwn ? lastValues(earlier) : all;
}

function lastValues(earlier: readonly ScriptAssignment[]): ScriptAssignment[] {
  const values: ScriptAssignment[] = [];
  const outermost = Math.min(...earlier.map(({ depth }) => depth));
  for (let i = earlier.length - 1; i >= 0; i--) {
    const assignment = earlier[i];
    if (!assignment) continue;
    values.unshift(assignment);
    if (!assignment.isAppended && assignment.depth <= outermost) break;
  }
  return values;
}
