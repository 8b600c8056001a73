import type { Node } from '@babel/types';

/** Ancestors of a node from the root to the parent. */
export type Ancestors = readonly Node[];

const IGNORED_KEYS = new Set(['loc', 'extra', 'comments', 'errors', 'tokens', 'range']);

/** Visits every node once in source order, parents before children. */
export function walkScript(root: Node, visit: (node: Node, ancestors: Ancestors) => void): void {
  const ancestors: Node[] = [];
  // A stack in place of recursion, because a sum of ten thousand strings is a tree of that depth.
  const pending = [{ node: root, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    ancestors.length = depth;
    visit(node, ancestors);
    ancestors.push(node);
    for (const child of childrenOf(node).reverse()) pending.push({ node: child, depth: depth + 1 });
  }
}

/** Returns the child nodes of a node in source order. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (IGNORED_KEYS.has(key) || value === null || typeof value !== 'object') continue;
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) children.push(item);
  }
  return children;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}
