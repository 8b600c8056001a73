import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotePath } from '../../../src/findings/quote-path.ts';
import { readPathBytes } from '../../../src/system/files/path-bytes.ts';
import { unquotePath } from '../../harness/odd-names.ts';

describe('quotePath', () => {
  it.each([
    ['src/a b.ts', 'src/a b.ts'],
    ['src/ü|`[x](y) — *.ts', 'src/ü|`[x](y) — *.ts'],
    ['a\nb.ts', String.raw`"a\nb.ts"`],
    ['say "hi".ts', String.raw`"say \"hi\".ts"`],
    ['a\\b.ts', String.raw`"a\\b.ts"`],
    [' a  b ', String.raw`"\040a \040b\040"`],
    ['a\u202eb', String.raw`"a\342\200\256b"`],
    ['a\u001b[1mb', String.raw`"a\033[1mb"`],
    ['a\udcffb', String.raw`"a\377b"`],
    ['a\u00a0b', String.raw`"a\302\240b"`],
  ])('%j', (path, expected) => {
    expect(quotePath(path)).toBe(expected);
  });

  it('forces quotes around a text that no reader takes for a path with a line', () => {
    expect(quotePath('src/x:3', true)).toBe(String.raw`"src/x\0723"`);
  });

  it('is on one line without invisible characters, and gives back every name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), fc.boolean(), (bytes, isForced) => {
        const shown = quotePath(readPathBytes(Buffer.from(bytes)), isForced);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect([...unquotePath(shown)]).toEqual([...bytes]);
      }),
    );
  });
});
