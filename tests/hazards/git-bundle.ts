import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles the engine's git functions as one module for child processes, without the banner that defines `require`. */
export function bundleEngine(): { path: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'sao-engine-'));
  const path = join(directory, 'engine.mjs');
  const how = { bundle: true, platform: 'node', target: 'node20', format: 'esm' } as const;
  buildSync({ entryPoints: ['tests/hazards/git-engine.ts'], outfile: path, ...how });
  return { path, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
