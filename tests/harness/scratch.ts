import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const made: string[] = [];

/** A new directory, without links in its path, removed after the test. */
export function makeScratch(): string {
  const path = makeKeptScratch();
  made.push(path);
  return path;
}

/** The same, but the caller removes it. */
export function makeKeptScratch(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'sao-test-')));
}

afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});
