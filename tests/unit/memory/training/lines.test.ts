import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPairLines, splitLines } from '../../../../src/memory/training/lines.ts';

const read = (text: string) => readPairLines('a.jsonl', Buffer.from(text));

describe('the lines of a training file', () => {
  it('have their numbers, blank ones counted', () => {
    const { lines, faults } = read('{"a":1}\n\n{"b":2}\n');
    expect(lines).toEqual([
      { file: 'a.jsonl', line: 1, text: '{"a":1}' },
      { file: 'a.jsonl', line: 3, text: '{"b":2}' },
    ]);
    expect(faults).toEqual([]);
  });

  it('are read without a mark and without carriage returns, and both are told once', () => {
    const { lines, faults } = read('\ufeff{"a":1}\r\n{"b":2}\r\n');
    expect(lines.map(({ text }) => text)).toEqual(['{"a":1}', '{"b":2}']);
    expect(faults.map(({ line, code }) => [line, code])).toEqual([
      [1, 'byte-order-mark'],
      [1, 'carriage-return'],
    ]);
  });

  it.each([
    ['{"a":1}\n{"b":', 2, 'torn'],
    ['{"a":1}\n{"b":2}', 0, undefined],
  ])('%j: the last one may be torn', (text, line, code) => {
    const { faults, lines } = read(text);
    expect(lines).toHaveLength(2);
    expect(faults).toEqual(code ? [{ file: 'a.jsonl', line, code }] : []);
  });

  it('that are no UTF-8 are told, and a replacement character that was written is not', () => {
    const bytes = Buffer.concat([Buffer.from('"\ufffd"\n"'), Buffer.from([0xff, 0xfe]), Buffer.from('"\n')]);
    expect(readPairLines('a.jsonl', bytes).faults).toEqual([{ file: 'a.jsonl', line: 2, code: 'not-utf8' }]);
  });

  it('joined give the file back, for any content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat({ max: 59 })), (bytes, ends) => {
        for (const end of ends) if (end < bytes.length) bytes[end] = 0x0a;
        expect(Buffer.concat(splitLines(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
  });
});
