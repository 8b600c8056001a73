import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** A TypeScript module bundled as one .mjs that a child process can import. */
export interface Bundle {
  path: string;
  remove(): void;
}

/** Bundles a module with its imports, since Node 20 does not run TypeScript. One bundle per test file is enough. `define`: as the build has it. */
export function bundleModule(entry: string, define: Record<string, string> = {}): Bundle {
  const directory = mkdtempSync(join(tmpdir(), 'sao-bundle-'));
  const path = join(directory, `${basename(entry, '.ts')}.mjs`);
  buildSync({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    define,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: REQUIRE },
  });
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
