import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputCapture } from '../../../../src/system/process/capture.ts';

function capture(limit: number, chunks: readonly (string | Buffer)[]): string {
  const capture = new OutputCapture(limit);
  for (const chunk of chunks) capture.add(Buffer.from(chunk as string));
  return capture.text();
}

it.each<[number, string[], string]>([
  [10, [], ''],
  [10, ['hello'], 'hello'],
  [10, ['hello', 'world'], 'helloworld'],
  [10, ['hello', ' wide ', 'world'], 'hello\n[… 6 bytes left out …]\nworld'],
  [10, ['hello wide world'], 'hello\n[… 6 bytes left out …]\nworld'],
  [4, [...'abcdefgh'], 'ab\n[… 4 bytes left out …]\ngh'],
  [0, ['abc'], '\n[… 3 bytes left out …]\n'],
  [6, ['äöü', 'äöü'], 'ä\n[… 6 bytes left out …]\nü'],
])('limit %i of %j', (limit, chunks, text) => expect(capture(limit, chunks)).toBe(text));

it('keeps all output up to the limit, in chunks of any size', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })), fc.nat(200), (chunks, limit) => {
      const whole = chunks.join('');
      const size = Buffer.byteLength(whole);
      expect(capture(Math.max(size, limit), chunks)).toBe(whole);
      expect(capture(limit, [whole])).toBe(capture(limit, chunks));
      if (size > limit && !whole.includes('\ufffd')) expect(capture(limit, chunks)).not.toContain('\ufffd');
    }),
  );
});
