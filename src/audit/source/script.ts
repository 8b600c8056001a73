import { type ParserPlugin, parse } from '@babel/parser';
import type { File, Node } from '@babel/types';
import type { CodeFile } from './select.ts';

/** Parses JavaScript or TypeScript with its JSX; undefined where even error recovery gives up. */
export function parseScript(file: Pick<CodeFile, 'path' | 'language' | 'text'>): File | undefined {
  try {
    return parse(scriptOf(file.path, file.text), {
      sourceType: 'unambiguous',
      errorRecovery: true,
      attachComment: false,
      allowReturnOutsideFunction: true,
      plugins: pluginsFor(file),
    });
  } catch {
    // A dialect or a fragment: the caller counts it and says so.
    return undefined;
  }
}

function pluginsFor({ path, language }: Pick<CodeFile, 'path' | 'language'>): ParserPlugin[] {
  const common: ParserPlugin[] = ['decorators-legacy', 'explicitResourceManagement'];
  if (language === 'js') return [...common, 'jsx', 'flow'];
  // In a plain .ts file `<T>x` is a cast, which JSX would take for an element.
  return /\.(?:ts|mts|cts)$/.test(path) ? [...common, 'typescript'] : [...common, 'typescript', 'jsx'];
}

/** Of a single-file component only the scripts are left; lines and offsets stay. */
function scriptOf(path: string, text: string): string {
  if (!/\.(?:vue|svelte)$/.test(path)) return text;
  let script = '';
  let end = 0;
  for (const match of text.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = match.index + (match[1]?.length ?? 0);
    const body = match[2] ?? '';
    script += text.slice(end, start).replace(/[^\r\n]/g, ' ') + body;
    end = start + body.length;
  }
  return script + text.slice(end).replace(/[^\r\n]/g, ' ');
}

/** From the root to the parent; the last is the parent. */
export type Ancestors = readonly Node[];

const IGNORED_KEYS = new Set(['loc', 'extra', 'comments', 'errors', 'tokens', 'range']);

/** Visits every node once, parents first, in the order of the source. */
export function walkScript(root: Node, visit: (node: Node, ancestors: Ancestors) => void): void {
  const ancestors: Node[] = [];
  // A list instead of recursion: a sum of ten thousand strings is a tree as deep.
  const pending = [{ node: root, depth: 0 }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, depth } = next;
    ancestors.length = depth;
    visit(node, ancestors);
    ancestors.push(node);
    for (const child of childrenOf(node).reverse()) pending.push({ node: child, depth: depth + 1 });
  }
}

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
