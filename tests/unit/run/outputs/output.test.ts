import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { insideOf, readOutput } from '../../../../src/run/outputs/output.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

describe('whether an output is inside its run directory', () => {
  it.each([
    ['in a folder of the run', 'workers/a1.md', true],
    ['in the run directory itself', 'report.md', true],
    ['behind a folder that is a link out of the run', 'linked/a1.md', false],
    ['below a folder that is below a link', 'linked/deep/a1.md', false],
    ['above the run directory', '../a1.md', false],
    ['in a folder that does not exist', 'missing/a1.md', false],
    ['below a file', 'report.md/a1.md', false],
  ])('%s: %s', (_, path, expected) => {
    const dir = makeScratch();
    const elsewhere = makeScratch();
    mkdirSync(join(elsewhere, 'deep'));
    mkdirSync(join(dir, 'workers'));
    writeFileSync(join(dir, 'report.md'), 'x');
    symlinkSync(elsewhere, join(dir, 'linked'));
    expect(insideOf(dir)(join(dir, path))).toBe(expected);
  });
});

describe('readOutput', () => {
  it('reads no link, no folder and no missing file', () => {
    const dir = makeScratch();
    writeFileSync(join(dir, 'real.md'), 'text');
    symlinkSync(join(dir, 'real.md'), join(dir, 'link.md'));
    expect(readOutput(join(dir, 'real.md'))).toMatchObject({ head: 'text', whole: true, size: 4 });
    expect(readOutput(join(dir, 'link.md'))).toBeUndefined();
    expect(readOutput(dir)).toBeUndefined();
    expect(readOutput(join(dir, 'none.md'))).toBeUndefined();
  });
});
