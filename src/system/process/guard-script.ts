import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../package-root.ts';

const NAME = 'guard.mjs';

/** The path of the guard's program: next to this bundle if it is there, otherwise in the committed bundle. */
export function guardScript(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = [here, dirname(here)].map((folder) => join(folder, NAME)).find((path) => existsSync(path));
  return beside ?? join(packageRoot(), 'bin', 'lib', NAME);
}
