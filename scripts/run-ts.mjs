// Runs a TypeScript program of this repository: Node 20 does not strip types. `node scripts/run-ts.mjs FILE [ARGS…]`
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [file, ...args] = process.argv.slice(2);
// Below node_modules, so that the packages which stay outside of the bundle are found.
const folder = mkdtempSync(join(process.cwd(), 'node_modules', '.run-ts-'));
const outfile = join(folder, 'program.mjs');
process.argv = [process.argv[0], file, ...args];
try {
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  await import(pathToFileURL(outfile).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
