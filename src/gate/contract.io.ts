import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** What stands in a tree's `.orchestration/contracts`, and the hash that an approval is bound to. */
export interface Contract {
  hash: string;
  /** Text by path below the folder, with `/`. */
  files: Map<string, string>;
}

/** The contract of any tree; undefined where there is none. Links are no part of one. */
export function contractOf(root: string): Contract | undefined {
  const folder = join(root, '.orchestration', 'contracts');
  if (!existsSync(folder)) return undefined;
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => lstatSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .sort();
  if (paths.length === 0) return undefined;
  const files = new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const hash = createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex');
  return { hash: hash.slice(0, 16), files };
}
