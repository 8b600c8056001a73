import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countWords, judgeOutput, type Verdict } from '../../../../src/run/outputs/sentinel.ts';
import { scaled } from '../../../harness/scale.ts';

const S = '<!-- DONE -->';
const BOM = '\uFEFF';

function judge(text: string, running = false): Verdict {
  return judgeOutput({ head: text, tail: text, whole: true }, running);
}

/** name, text, verdict; running: the agent has not ended. */
const TABLE: [string, string, Verdict, boolean?][] = [
  ['a plain report', `# A\n\ntext\n\n${S}\n`, 'done'],
  ['no final newline after the agent ended', `# A\n\ntext\n${S}`, 'done'],
  ['no final newline while the agent runs', `# A\n\ntext\n${S}`, 'incomplete', true],
  ['a final newline while the agent runs', `# A\n\ntext\n${S}\n`, 'done', true],
  ['the sentinel early, text after it', `# A\n${S}\nmore text\n`, 'incomplete'],
  ['the sentinel twice, the second at the end', `# A\n${S}\nmore\n${S}\n`, 'done'],
  ['text after it on the same line', `# A\ntext\n${S} bye\n`, 'incomplete'],
  ['text before it on the same line', `# A\ntext ${S}\n`, 'incomplete'],
  ['a space before it on its line', `# A\ntext\n ${S}\n`, 'incomplete'],
  ['a tab before it on its line', `# A\ntext\n\t${S}\n`, 'incomplete'],
  ['trailing spaces', `# A\ntext\n${S}   \n`, 'done'],
  ['a trailing tab', `# A\ntext\n${S}\t\n`, 'done'],
  ['CRLF', `# A\r\ntext\r\n${S}\r\n`, 'done'],
  ['blank lines after it', `# A\ntext\n${S}\n\n\n  \n`, 'done'],
  ['a byte-order mark at the start', `${BOM}# A\ntext\n${S}\n`, 'done'],
  ['a byte-order mark after it', `# A\ntext\n${S}${BOM}\n`, 'done'],
  ['lower case', `# A\ntext\n<!-- done -->\n`, 'incomplete'],
  ['without its spaces', `# A\ntext\n<!--DONE-->\n`, 'incomplete'],
  ['quoted', `# A\ntext\n> ${S}\n`, 'incomplete'],
  ['in backticks', `# A\ntext\n\`${S}\`\n`, 'incomplete'],
  ['in an open fence', `# A\n\`\`\`\n${S}\n`, 'incomplete'],
  ['in an open fence with an info string', `# A\n\`\`\`md title="x"\n${S}\n`, 'incomplete'],
  ['in an open ~~~ fence', `# A\n~~~\n${S}\n`, 'incomplete'],
  ['after a closed fence', `# A\n\`\`\`\n${S}\n\`\`\`\n\n${S}\n`, 'done'],
  ['in a fence that ends the file', `# A\n\`\`\`\ntext\n${S}\n\`\`\`\n`, 'incomplete'],
  ['after a fence that a shorter one cannot close', `# A\n\`\`\`\`\n\`\`\`\n${S}\n`, 'incomplete'],
  ['after a fence that a longer one closes', `# A\n\`\`\`\n\`\`\`\`\n${S}\n`, 'done'],
  ['after ~~~ inside backticks', `# A\n\`\`\`\n~~~\n\`\`\`\n${S}\n`, 'done'],
  ['after a closing fence with text behind it', `# A\n\`\`\`\ncode\n\`\`\` no\n${S}\n`, 'incomplete'],
  ['after three backticks of inline code', `# A\n\`\`\`inline\`\`\` text\n${S}\n`, 'done'],
  ['after a fence indented as code', `# A\n\n    \`\`\`\n${S}\n`, 'done'],
  ['an error report', `# ERROR\n\nno access\n${S}\n`, 'failed'],
  ['an error report with a byte-order mark', `${BOM}# ERROR\nno access\n${S}\n`, 'failed'],
  ['an error report with more on its heading', `# ERROR: no access\n${S}\n`, 'failed'],
  ['an error heading after another heading', `# A\n\n# ERROR\n\ntext\n${S}\n`, 'done'],
  ['an error heading in a fence before the first heading', `\`\`\`\n# ERROR\n\`\`\`\n# A\n${S}\n`, 'done'],
  ['an error heading of the second level', `## ERROR\ntext\n${S}\n`, 'done'],
  ['a heading that only starts like an error', `# ERRORS in handlers\ntext\n${S}\n`, 'done'],
  ['an unfinished error report', '# ERROR\n\nno access\n', 'incomplete'],
  ['0 bytes', '', 'incomplete'],
  ['only a byte-order mark', BOM, 'incomplete'],
  ['only white space', ' \n\n\t\n', 'incomplete'],
  ['only the sentinel', `${S}\n`, 'empty'],
  ['only the sentinel after a byte-order mark', `${BOM}${S}\n`, 'empty'],
  ['only sentinels', `${S}\n\n${S}\n`, 'empty'],
  ['only a zero-width space', `\u200b\n${S}\n`, 'empty'],
  ['only null characters', `\0\0\0\n${S}\n`, 'empty'],
  ['only blank letters and selectors', `\u3164\ufe0f\u2800\n${S}\n`, 'empty'],
  ['only headings', `# Report\n\n## Findings\n\n## Notes\n${S}\n`, 'empty'],
  ['only headings and rules', `# Report\n\n---\n***\n${S}\n`, 'empty'],
  ['a heading and one word', `# Report\nNone.\n${S}\n`, 'done'],
  ['a word without a heading', `報告\n${S}\n`, 'done'],
  ['a number alone', `# Count\n42\n${S}\n`, 'done'],
  ['no sentinel', '# A\n\ntext\n', 'incomplete'],
  ['the word alone', '# A\n\ntext\nDONE\n', 'incomplete'],
  ['a NUL after it', `# A\ntext\n${S}\0\n`, 'incomplete'],
  ['a zero-width space before it', `# A\ntext\n\u200b${S}\n`, 'incomplete'],
];

describe('judgeOutput', () => {
  it.each(TABLE)('%s', (_, text, verdict, running) => {
    expect(judge(text, running)).toBe(verdict);
  });

  it('finds no prefix of a growing document done but the whole ones', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
      fc.constantFrom(
        S,
        ` ${S}`,
        `${S} x`,
        '```',
        '```md',
        '~~~',
        '````',
        '# A',
        '# ERROR',
        '',
        '- [major] x — a.ts:1',
      ),
    );
    const document = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 20 }), fc.constantFrom('\n', '\r\n'))
      .map(([lines, end]) => `# Report${end}${lines.join(end)}${end}${S}${end}`);
    let prefixes = 0;
    fc.assert(
      fc.property(document, (text) => {
        for (let length = 0; length < text.length; length++) {
          prefixes += 1;
          const prefix = text.slice(0, length);
          if (judge(prefix, true) !== 'done') continue;
          // A document may hold a whole one at its start: then it ends with a sentinel line of its own.
          const lines = prefix.trimEnd().split(/\r?\n/);
          expect(prefix.endsWith('\n')).toBe(true);
          expect(lines.at(-1)).toBe(S);
        }
      }),
      { numRuns: scaled(220, 2_000) },
    );
    expect(prefixes).toBeGreaterThan(scaled(10_000, 100_000));
  });

  it('finds no proper prefix of a document with one sentinel done', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((body) => !body.includes('DONE'));
    fc.assert(
      fc.property(text, (body) => {
        const whole = `# A\n\n${body}\n${S}\n`;
        for (let length = 0; length < whole.length; length++)
          expect(judge(whole.slice(0, length), true)).not.toBe('done');
      }),
      { numRuns: scaled(100, 1_000) },
    );
  });

  it('judges a sampled file by its tail, and its emptiness by both ends', () => {
    const tail = `\n\n\n${S}\n`;
    expect(judgeOutput({ head: '# A\ntext', tail, whole: false })).toBe('done');
    expect(judgeOutput({ head: '\n\n', tail, whole: false })).toBe('empty');
    expect(judgeOutput({ head: '# ERROR\n', tail: `text\n${S}\n`, whole: false })).toBe('failed');
  });
});

describe('countWords', () => {
  it.each([
    ['', 0],
    [S, 0],
    [`one two\nthree\t four\u00a0five ${S}\n`, 5],
    [`one${S}two`, 2],
    ['x '.repeat(20_000), 20_000],
    [`${'y'.repeat(8191)} z`, 2],
    [`${'y'.repeat(8192)}z`, 1],
    ['Ġ Ġ', 2],
    ['naïve 日本 🙂', 3],
  ])('of %j', (text, words) => {
    expect(countWords(text)).toBe(words);
  });
});
