import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { packageRoot } from '../system/package-root.ts';

/** The script and the style of the page, from the bundle beside this file or, from the sources, from the committed one. */
export function readPageAsset(name: 'page.js' | 'page.css'): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const folder =
    [here, dirname(here)].find((each) => existsSync(join(each, `${name}.br`))) ??
    join(packageRoot(), 'bin', 'lib');
  return brotliDecompressSync(readFileSync(join(folder, `${name}.br`))).toString('utf8');
}
