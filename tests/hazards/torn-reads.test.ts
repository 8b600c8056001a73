import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { writeAtomic } from '../../src/system/files/atomic.ts';
import { startNode } from '../harness/child.ts';
import { makeScratch } from '../harness/scratch.ts';

const READS = 10_000;

/** One repeated letter, so that a mix of two versions or a part of one is recognisable. */
function describeVersion(version: number): string {
  const length = 1_000 + ((version * 7_919) % 60_000);
  return `${length}:${String.fromCharCode(97 + (version % 26)).repeat(length)}`;
}

it(`shows another process no torn file in ${READS} reads`, async () => {
  const directory = makeScratch();
  const path = join(directory, 'state.json');
  writeAtomic(path, describeVersion(0));
  const reader = startNode(join(import.meta.dirname, 'fixtures/torn-reader.mjs'), [path, String(READS)]);
  let isReading = true;
  void reader.ended.then(() => {
    isReading = false;
  });
  for (let version = 1; isReading; version += 1) {
    writeAtomic(path, describeVersion(version));
    await setImmediate();
  }
  const result = JSON.parse((await reader.nextLine()) ?? '{}');
  expect(result).toMatchObject({ torn: 0 });
  expect(result.count).toBeGreaterThanOrEqual(READS);
  expect(readdirSync(directory)).toEqual(['state.json']);
});
