import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** The folder of this package, from the sources and from the bundle alike: the one that holds the plugin's manifest. */
export function packageRoot(): string {
  root ??= findUpwards(dirname(fileURLToPath(import.meta.url)));
  return root;
}

function findUpwards(folder: string): string {
  if (existsSync(join(folder, '.claude-plugin', 'plugin.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('the package is not complete: no .claude-plugin/plugin.json above its code');
  return findUpwards(parent);
}
