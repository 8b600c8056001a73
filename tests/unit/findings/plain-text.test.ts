import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fenceData, longestRun, plainLines, plainText, truncate } from '../../../src/findings/plain-text.ts';

const ESC = '\u001b';

/** What may hide in a text, built from its number so that this file shows what it holds. */
const at = (...points: number[]) => String.fromCodePoint(...points);

const HIDDEN: [name: string, text: string][] = [
  ['null', at(0)],
  ['bell', at(7)],
  ['backspace', at(8)],
  ['delete', at(0x7f)],
  ['a C1 control', at(0x85 + 1)],
  ['a soft hyphen', at(0xad)],
  ['a zero-width space', at(0x200b)],
  ['zero-width joiners', at(0x200c, 0x200d)],
  ['direction marks', at(0x200e, 0x200f, 0x61c)],
  ['bidi embeddings and overrides', at(0x202a, 0x202b, 0x202c, 0x202d, 0x202e)],
  ['bidi isolates', at(0x2066, 0x2067, 0x2068, 0x2069)],
  ['word joiner and invisible operators', at(0x2060, 0x2061, 0x2062, 0x2063, 0x2064)],
  ['a byte-order mark', at(0xfeff)],
  ['interlinear annotations', at(0xfff9, 0xfffa, 0xfffb)],
  ['tags that spell a word', at(0xe0001, 0xe0069, 0xe0067, 0xe007f)],
  ['blank letters', at(0x115f, 0x1160, 0x3164, 0xffa0, 0x17b4, 0x17b5)],
  ['a grapheme joiner', at(0x34f)],
  ['variation selectors, which can carry bytes', at(0xfe00, 0xfe0f, 0xe0100, 0xe01ef)],
  ['Mongolian selectors', at(0x180b, 0x180c, 0x180d, 0x180e)],
  ['a blank pattern of Braille', at(0x2800)],
  ['private use', at(0xe000, 0xf0000, 0x10fffd)],
  ['noncharacters', at(0xfdd0, 0xffff, 0x1fffe)],
  ['colours', `${ESC}[1;31m${ESC}[0m`],
  ['a C1 sequence', `${at(0x9b)}2J`],
  ['cursor movement', `${ESC}[2A${ESC}[K`],
  ['a window title', `${ESC}]0;owned${at(7)}`],
  ['a hyperlink', `${ESC}]8;;http://evil.example${ESC}\\`],
  ['a device string', `${ESC}Pq#0${ESC}\\`],
  ['two-byte escapes', `${ESC}c${ESC}7${ESC}(B`],
  ['a colour with a zero-width space in it', `${ESC}${at(0x200b)}`],
];

describe('plainText', () => {
  it.each(HIDDEN)('removes %s', (_, hidden) => {
    expect(plainText(`a${hidden}b`)).toBe('ab');
    expect(plainText(`${hidden}ab${hidden}`)).toBe('ab');
  });

  it.each([
    ['lines', 'a\nb\r\nc\rd', 'a b c d'],
    ['tabs and runs', ' \t a \t\t b  ', 'a b'],
    ['vertical and form feeds', 'a\vb\fc', 'a b c'],
    ['separators of lines and paragraphs', at(0x61, 0x2028, 0x62, 0x2029, 0x63, 0x85, 0x64), 'a b c d'],
    ['blanks of every width', at(0x61, 0xa0, 0x2003, 0x3000, 0x62), 'a b'],
    ['blanks around what is taken out', `a ${at(0x200b)} b`, 'a b'],
    ['nothing', ' \n ', ''],
  ])('leaves one blank for %s', (_, text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it.each([
    'Zażółć gęślą jaźń',
    'مرحبا',
    '日本語',
    'naïve e\u0301',
    '👍 🇵🇱',
    'a <b> & "c" `d` [e](f) \\n',
    '[31m',
  ])('keeps %s', (text) => {
    expect(plainText(text)).toBe(text);
  });

  it('replaces lone surrogates and never joins two of them', () => {
    expect(plainText('a\ud83db')).toBe('a\ufffdb');
    for (const between of [at(0x200b), `${ESC}[m`, at(0)]) {
      expect(plainText(`a\udb40${between}\udc41b`)).toBe('a\ufffd\ufffdb');
    }
  });

  it('keeps the line after an unclosed terminal sequence', () => {
    expect(plainText(`a ${ESC}]0;title\nb`)).toBe('a b');
  });

  it('leaves no hidden character in any text and is idempotent', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const plain = plainText(text);
        expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}\p{NChar}]| {2}|^ | $/u);
        expect(plainText(plain)).toBe(plain);
      }),
    );
  });

  it('truncates after removing hidden characters', () => {
    expect(plainText(`${ESC}[31mabcdef`, 4)).toBe('abc…');
  });
});

describe('plainLines', () => {
  it.each(HIDDEN)('removes %s and keeps the lines', (_, hidden) => {
    expect(plainLines(`a${hidden}b\n\tc  d${hidden}`)).toBe('ab\n\tc  d');
  });

  it('converts all line ends to \
', () => {
    expect(plainLines(at(0x61, 13, 10, 0x62, 13, 0x63, 0x2028, 0x64, 0x2029, 0x65, 0x85, 0x66))).toBe(
      'a\nb\nc\nd\ne\nf',
    );
  });

  it('keeps the text after an unclosed terminal sequence', () => {
    expect(plainLines(`a${ESC}]0;x\nb${ESC}P\nc${ESC}[31\nd`)).toBe('a\nb\nc\nd');
  });

  it('leaves no hidden character in any text and is idempotent', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const plain = plainLines(text);
        expect(plain).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}\p{NChar}]/u);
        expect(plainLines(plain)).toBe(plain);
      }),
    );
  });
});

describe('truncate', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['ab cd', 4, 'ab…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
    ['', 0, ''],
    ['👍👍👍', 3, '👍👍👍'],
    ['👍👍👍👍', 3, '👍👍…'],
    ['a👍b👍c', 4, 'a👍b…'],
    ['abc', Number.POSITIVE_INFINITY, 'abc'],
  ])('%s to %d is %s', (text, max, cut) => {
    expect(truncate(text, max)).toBe(cut);
  });

  it('never exceeds the bound and never splits a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, max) => {
        const cut = truncate(text, max);
        expect(Array.from(cut).length).toBeLessThanOrEqual(max);
        expect(cut).not.toMatch(/\p{Cs}/u);
        if (Array.from(text).length <= max) expect(cut).toBe(text);
        else if (max > 0) expect(cut.endsWith('…') && text.startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });
});

describe('fenceData', () => {
  it.each([
    ['plain text', 'a', '```worker\na\n```\n'],
    ['lines after the last', 'a\n\n\n', '```worker\na\n```\n'],
    ['nothing', '', '```worker\n\n```\n'],
    ['a fence', '```js\nx\n```', '````worker\n```js\nx\n```\n````\n'],
    ['a run of five', 'a `````b', '``````worker\na `````b\n``````\n'],
    ['a run that only cleaning joins', '``\u200b``', '`````worker\n````\n`````\n'],
    [
      'a closing line in another kind of line end',
      'a\u2028```\r```\u0085b',
      '````worker\na\n```\n```\nb\n````\n',
    ],
  ])('quotes %s', (_, text, quoted) => {
    expect(fenceData('worker', text)).toBe(quoted);
  });

  it('keeps the label on the fence line', () => {
    expect(fenceData('a\n```\nb ~~~', 'x')).toBe('```a b\nx\n```\n');
    expect(fenceData('x'.repeat(100), 'x').split('\n')[0]).toHaveLength(63);
  });

  it('cannot be closed by its text or label', () => {
    const piece = fc.constantFrom(
      '`',
      '```',
      '````',
      '~~~',
      '\n',
      '\r',
      '\u2028',
      '\u200b',
      `${ESC}[m`,
      'a',
      ' ',
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, text, (label, body) => {
        const lines = fenceData(label, body).split('\n');
        const fence = /^`*/.exec(lines[0] ?? '')?.[0] ?? '';
        expect(lines[0]?.slice(fence.length)).not.toContain('`');
        expect(lines.at(-2)).toBe(fence);
        expect(lines.at(-1)).toBe('');
        expect(longestRun(lines.slice(1, -2).join('\n'), '`')).toBeLessThan(fence.length);
      }),
    );
  });
});

/** Any text, rich in what the tables name. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.string({ maxLength: 5 }),
      fc.constantFrom(...HIDDEN.map(([, text]) => text)),
      fc.constantFrom('\ud800', '\udb40', '\udc41', `${ESC}[`, `${ESC}]`, at(0x9b), ' ', '\n', '\r', '\t'),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
