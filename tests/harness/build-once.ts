import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { CONFIG_VARIABLE, STATE_FOLDER } from './state-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the `sao` that the tests of this run share. */
    sao: string;
  }
}

/**
 * Builds `sao` from the current sources once for all test files of a run, below node_modules so that it is inside the package. The search
 * for a parent session ends at this process, which starts the tests' processes, and the user's state is that of the tests.
 */
export default function setup(project: TestProject): () => void {
  mkdirSync('node_modules/.cache', { recursive: true });
  const out = mkdtempSync('node_modules/.cache/sao-');
  const ours = [
    '--top-pid',
    String(process.pid),
    '--state',
    STATE_FOLDER,
    '--config-variable',
    CONFIG_VARIABLE,
  ];
  execFileSync(process.execPath, ['scripts/build.mjs', '--out', out, ...ours]);
  project.provide('sao', resolve(out, 'sao'));
  return () => rmSync(out, { recursive: true, force: true });
}
