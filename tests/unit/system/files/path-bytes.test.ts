import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathBytes, pathForSystem, readPathBytes } from '../../../../src/system/files/path-bytes.ts';

describe('readPathBytes', () => {
  it.each([
    ['src/a.ts', 'src/a.ts'],
    ['naïve-\u00e9.js', 'naïve-\u00e9.js'],
    ['a real \ufffd.js', 'a real \ufffd.js'],
  ])('keeps valid UTF-8: %j', (name, expected) => {
    expect(readPathBytes(Buffer.from(name))).toBe(expected);
    expect(pathForSystem(expected)).toBe(expected);
  });

  it.each([
    [[0x61, 0xff, 0x62], 'a\udcffb'],
    // The first two bytes of a character of three.
    [[0xe2, 0x82, 0x2e], '\udce2\udc82.'],
    // A surrogate and an overlong slash are not UTF-8.
    [[0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
    [[0xc0, 0xaf], '\udcc0\udcaf'],
    [[0xef, 0xbf, 0xbd, 0x80], '\ufffd\udc80'],
  ])('escapes each byte that is part of no character: %j', (bytes, expected) => {
    expect(readPathBytes(Buffer.from(bytes))).toBe(expected);
    expect([...pathBytes(expected)]).toEqual(bytes);
    expect(pathForSystem(expected)).toEqual(Buffer.from(bytes));
  });

  it('gives the bytes of any name back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        expect([...pathBytes(readPathBytes(Buffer.from(bytes)))]).toEqual([...bytes]);
      }),
    );
  });
});
