import { describe, expect, it } from 'vitest';
import { decodePlan } from '../../../../src/run/plan/decode-plan.ts';

const TEXT = '{"task": "Café ☃ 😀 \uFFFD"}\n';
const swap = (bytes: Buffer, size: number) =>
  Buffer.concat(
    Array.from({ length: bytes.length / size }, (_, n) =>
      bytes.subarray(n * size, n * size + size).reverse(),
    ),
  );
const wide = (text: string) =>
  Buffer.concat(
    [...text].map((character) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(character.codePointAt(0) ?? 0);
      return bytes;
    }),
  );
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const BOM = '\uFEFF';

describe('decodePlan', () => {
  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(BOM + TEXT)],
    ['UTF-16LE', utf16(TEXT)],
    ['UTF-16LE with a mark', utf16(BOM + TEXT)],
    ['UTF-16BE', swap(utf16(TEXT), 2)],
    ['UTF-16BE with a mark', swap(utf16(BOM + TEXT), 2)],
    ['UTF-32LE', wide(TEXT)],
    ['UTF-32LE with a mark', wide(BOM + TEXT)],
    ['UTF-32BE', swap(wide(TEXT), 4)],
    ['UTF-32BE with a mark', swap(wide(BOM + TEXT), 4)],
  ])('reads %s', (_, bytes) => {
    expect(decodePlan(bytes, 'plan.json')).toMatchObject({ ok: true, value: TEXT });
  });

  it('reads nothing as an empty text', () => {
    expect(decodePlan(Buffer.alloc(0), 'plan.json')).toMatchObject({ ok: true, value: '' });
  });

  it.each<[string, Buffer, string]>([
    [
      'a letter in Latin-1',
      Buffer.from('{\n"task": "caf\xe9"}', 'latin1'),
      'UTF-8: byte 14 (line 2) is 0xE9',
    ],
    ['a letter that breaks off', Buffer.from([0x7b, 0x0a, 0xe2, 0x98]), 'UTF-8: byte 2 (line 2) is 0xE2'],
    [
      'a byte of no letter, after letters',
      Buffer.from([0x7b, 0xc3, 0xa9, 0xff, 0x7d]),
      'UTF-8: byte 3 (line 1) is 0xFF',
    ],
    [
      'half a pair of UTF-16',
      Buffer.concat([utf16('{\n'), Buffer.from([0x00, 0xd8]), utf16('}')]),
      'UTF-16: byte 4 (line 2) is 0x00',
    ],
    [
      'a number that is no character',
      Buffer.concat([wide('{\n'), Buffer.from([0, 0, 0, 0x7f])]),
      'UTF-32: byte 8 (line 2) is 0x00',
    ],
    ['a cut file in UTF-32', wide('{}').subarray(0, 7), 'UTF-32: byte 4 (line 1) is 0x7D'],
  ])('refuses %s and says where it is', (_, bytes, place) => {
    expect(decodePlan(bytes, 'plan.json')).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'plan-not-text',
          message: `the plan in plan.json is not text in ${place}`,
          fix: 'save it as UTF-8',
        },
      ],
    });
  });
});
