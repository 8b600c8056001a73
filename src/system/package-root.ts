import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** The root folder of this package: the nearest one above this file with the plugin's manifest. Works in sources and bundle. */
export function packageRoot(): string {
  root ??= findUpwards(dirname(fileURLToPath(import.meta.url)));
  return root;
}

/** The version of this package, as its manifest says. */
export function readPackageVersion(): string {
  const manifest = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function findUpwards(folder: string): string {
  if (existsSync(join(folder, '.claude-plugin', 'plugin.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error(
      'the package is incomplete: no folder above its code contains .claude-plugin/plugin.json',
    );
  return findUpwards(parent);
}
