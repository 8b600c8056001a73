import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendLine } from '../../src/system/files/append.ts';
import { bundleModule } from '../harness/bundle.ts';
import { startNode } from '../harness/child.ts';
import { scaled } from '../harness/scale.ts';
import { makeScratch } from '../harness/scratch.ts';

const appendModule = bundleModule('src/system/files/append.ts');
afterAll(() => appendModule.remove());

const WRITERS = 16;
const lines = scaled(300, 5_000);

const readLines = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean);

it(`keeps every line of ${WRITERS} processes with ${lines} each`, { timeout: 300_000 }, async () => {
  const path = join(makeScratch(), 'ledger.jsonl');
  const script = join(import.meta.dirname, 'fixtures/appender.mjs');
  const writers = Array.from({ length: WRITERS }, (_, id) =>
    startNode(script, [appendModule.path, path, String(id), String(lines)]),
  );
  for (const writer of writers) expect(await writer.nextLine()).toBe('ready');
  for (const writer of writers) writer.tell('go');
  for (const writer of writers) expect((await writer.ended).code).toBe(0);

  const next = new Map<string, number>();
  for (const line of readLines(path)) {
    const { id, n, length, pad } = JSON.parse(line);
    expect(pad.length).toBe(length);
    expect(n).toBe(next.get(id) ?? 0);
    next.set(id, n + 1);
  }
  expect([...next.values()]).toEqual(Array(WRITERS).fill(lines));
});

it('loses at most the cut line, for a cut at every byte', () => {
  const directory = makeScratch();
  const before = ['{"n":1,"text":"ü"}', '{"n":2}', '{"n":3,"text":"…"}'];
  const whole = Buffer.from(`${before.join('\n')}\n`);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const path = join(directory, `cut-${cut}.jsonl`);
    writeFileSync(path, whole.subarray(0, cut));
    appendLine(path, '{"n":4}');
    const after = readLines(path);
    const kept = before.filter((_, i) => Buffer.byteLength(`${before.slice(0, i + 1).join('\n')}`) <= cut);
    expect(after.at(-1)).toBe('{"n":4}');
    expect(after.slice(0, kept.length)).toEqual(kept);
    expect(after.length).toBeLessThanOrEqual(kept.length + 2);
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
  }
});
