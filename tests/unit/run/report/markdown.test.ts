import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../../../src/findings/markdown-lines.ts';
import { plainText } from '../../../../src/findings/plain-text.ts';
import { renderMarkdown } from '../../../../src/run/report/markdown.ts';
import { codeSpan, escapeMarkdown, table } from '../../../../src/run/report/markdown-text.ts';
import { fullReport } from './full-report.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { coordinator, finder, gap, reportOf } from './sample-run.ts';

// From left to right, as Markdown reads it: an escaped character, or a code span up to a run of as many backticks.
const INERT = /\\([!-/:-@[-`{-~])|(`+)(?!`)(.*?[^`])\2(?!`)/g;

/** What Markdown shows of an inline text that has no marks. */
function shownBy(source: string): string {
  return source.replace(INERT, (_, escaped?: string, __?: string, code = '') => escaped ?? code);
}

/** The lines of a document with everything inert as one letter: the marks are left. */
function marksOf(markdown: string): string[] {
  return markdown.split('\n').map((line) => line.replace(INERT, 'x').replaceAll('**', ''));
}

const STRUCTURE = marksOf(renderMarkdown(fullReport('word'))).map(shapeOf);

/** What kind of block a line belongs to, in CommonMark and its tables, quotes and lists. */
function shapeOf(line: string): string {
  const indent = line.length - line.trimStart().length;
  const mark = /^ *(#{1,6} |>|[-*+] |\d+[.)] |\||```|~~~|=+$|-+$|_+$|<|\[)/.exec(line)?.[1]?.trim() ?? '';
  const bars = line.split('|').length - 1;
  return [line.trim() === '' ? 'blank' : 'line', indent, mark, bars].join(' ');
}

describe('a text adds no structure', () => {
  it.each(HOSTILE_TEXTS)('%j', (text) => {
    const markdown = renderMarkdown(fullReport(text));
    const marks = marksOf(markdown);
    expect(marks.map(shapeOf)).toEqual(STRUCTURE);
    for (const line of marks) expect(line.replace(/^> ?|^\|.*\|$|^#+ /, '')).not.toMatch(/[<>[\]`*~|&$#\\]/);
    expect(markdown).not.toMatch(/^<!-- DONE -->$/m);
  });

  it('for any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...'#`*_[]()<>!|-+=~\\\n\t &$:.1'.split(''), '  ', '```', '<!-- DONE -->', 'word'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => `x${pieces.join('')}`);
    fc.assert(
      fc.property(text, (said) => {
        expect(marksOf(renderMarkdown(fullReport(said))).map(shapeOf)).toEqual(STRUCTURE);
      }),
      { numRuns: 500 },
    );
  });

  it('makes the headings that it says and no others', () => {
    const lines = readLines(renderMarkdown(fullReport('## Forged')));
    expect(lines.filter((line) => line.kind === 'heading').map((line) => line.text)).toEqual([
      'Report: \\#\\# Forged',
      'Gaps',
      'Notes',
      'Overview',
      'Findings',
      'Critical (1)',
      'Minor (1)',
      'Known (1)',
      'Rejected by agents (1)',
      'Suppressed (1)',
      'Numbers',
      '\\#\\# Forged',
      'Domains',
      '\\#\\# Forged',
      '\\#\\# Forged',
      'Approvals',
      'Cost',
    ]);
  });
});

describe('escapeMarkdown', () => {
  it.each([
    ['plain words, snake_case and a.b(c) stay', 'plain words, snake_case and a.b(c) stay'],
    ['code in `a*b` stays code', 'code in `a*b` stays code'],
    ['a lone ` is escaped', 'a lone \\` is escaped'],
    ['so are `` ` ``', 'so are \\`\\` \\` \\`\\`'],
    ['__init__', '\\_\\_init\\_\\_'],
    ['- not a list', '\\- not a list'],
    ['12. not a list', '12\\. not a list'],
  ])('%j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('shows every text as it was', () => {
    const words = (text: string) => text.replaceAll('`', '');
    for (const text of HOSTILE_TEXTS) {
      expect(words(shownBy(escapeMarkdown(text)))).toBe(words(plainText(text)));
    }
  });
});

describe('code spans and tables', () => {
  it.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['', ''],
  ])('codeSpan(%j)', (text, span) => {
    expect(codeSpan(text)).toBe(span);
  });

  it('keeps a bar inside its cell', () => {
    expect(table(['a', 'b'], [['`x|y`', 'z\\|z']])).toEqual([
      '| a | b |',
      '| --- | ---: |',
      '| `x\\|y` | z\\|z |',
    ]);
  });
});

describe('a whole report', () => {
  it('reads like this', () => {
    const report = reportOf([
      finder('a1', [
        '- [critical] SQL injection in the order filter — src/orders.ts:88 — `sort` is joined in.',
      ]),
      finder('a2', ['- [critical] SQL injection in order filter — src/orders.ts:89', '- No tests'], {
        costUsd: 0.31,
        tokens: 41230,
      }),
      gap('a3', { name: 'Authorisation' }),
      coordinator(
        'security',
        'Fix the filter first.\n\n1. Then look at authorisation.\n2. # Then rest.\n\nThat is all.',
      ),
    ]);
    expect(`\n${renderMarkdown(report)}`).toBe(`
# Report: Audit the payment service

Run \`20260314-101500-9f3a1c07\`, audit of \`/home/ana/payments\`, 2026-03-14 10:41 UTC.

**1 critical, 0 major, 1 minor.** 3 of 4 agents done, 1 gap.

## Gaps

This result is not complete: 1 agent left no valid output.

- **Authorisation** (\`a3\`, Security): it left no output, after 2 attempts

## Findings

### Critical (1)

- **SQL injection in the order filter** — \`src/orders.ts:88\`${'  '}
  \`sort\` is joined in.${'  '}
  Security: \`a1\`, \`a2\`

### Minor (1)

- **No tests**${'  '}
  Security: \`a2\`

## Domains

### Security

2 of 3 workers done, **1 gap**; 1 critical, 0 major, 1 minor.

> Fix the filter first.
>
> 1. Then look at authorisation.
> 2. \\# Then rest.
>
> That is all.

## Cost

| model | agents | forecast | tokens | cost |
| --- | ---: | ---: | ---: | ---: |
| opus | 3 | – | 41,230 | $0.31 |
| sonnet | 1 | – | not known | not known |
| all | 4 | – | 41,230 | $0.31 |
`);
  });

  it('says that nothing was found', () => {
    expect(renderMarkdown(reportOf([finder('a1', ['None.'])]))).toContain('\n## Findings\n\nNo findings.\n');
  });

  it('keeps a long task out of the title and tells it in full', () => {
    const task = 'Audit every package for secrets, unsafe defaults and missing tests. '.repeat(4).trim();
    const [title = '', , paragraph] = renderMarkdown({ ...reportOf([]), task }).split('\n');
    expect(title.length).toBeLessThan(115);
    expect(paragraph).toBe(task);
  });

  it('has no empty section', () => {
    const markdown = renderMarkdown(reportOf([], { domains: [] }));
    expect(markdown.match(/^#.*$/gm)).toEqual(['# Report: Audit the payment service', '## Findings']);
  });
});
