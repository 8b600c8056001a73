import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the `sao` that the tests of this run share. */
    sao: string;
  }
}

/**
 * Builds `sao` from the current sources once for all test files of a run, below node_modules so that it is inside the package. The search
 * for a parent session ends at this process, which starts the tests' processes.
 */
export default function setup(project: TestProject): () => void {
  mkdirSync('node_modules/.cache', { recursive: true });
  const out = mkdtempSync('node_modules/.cache/sao-');
  execFileSync(process.execPath, ['scripts/build.mjs', '--out', out, '--top-pid', String(process.pid)]);
  project.provide('sao', resolve(out, 'sao'));
  return () => rmSync(out, { recursive: true, force: true });
}
