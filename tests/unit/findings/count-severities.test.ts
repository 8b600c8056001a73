import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSeverities, mentionsFindings } from '../../../src/findings/count-severities.ts';
import { countFindings } from '../../../src/findings/finding.ts';
import { parseFindings } from '../../../src/findings/parse-findings.ts';
import { scaled } from '../../harness/scale.ts';

const slow = (text: string) => countFindings(parseFindings(text));

const words = fc.constantFrom(
  'Unbounded body',
  'none found',
  'No findings',
  'Makefile and Dockerfile',
  'in src/a.ts:1',
  'at line 3',
  'x',
  '',
  'é ü',
  'Two words here',
  'nothing',
  'File: src/a.ts',
  '**bold** title',
  '`code` title',
);
const rating = fc.constantFrom(
  '[major]',
  '[critical]',
  '[minor]',
  '[MAJOR]',
  '[high]',
  '**[major]**',
  'Major:',
  '',
  '[critical|major|minor]',
  '[x]',
  '[ ]',
  '[]',
  '🔴 [critical]',
);
const dash = fc.constantFrom(' — ', ' - ', ' – ', '—', ' -- ', ' ');
const place = fc.constantFrom('src/a.ts:12', 'src/a.ts', 'none', '`src/b.ts#L3`', '', 'n/a');
const bullet = fc
  .tuple(
    fc.constantFrom('- ', '* ', '1. ', '  - ', '-', '• ', '> - '),
    rating,
    words,
    dash,
    place,
    dash,
    words,
  )
  .map(([mark, rated, title, a, where, b, detail]) => `${mark}${rated} ${title}${a}${where}${b}${detail}`);
const line = fc.oneof(
  { weight: 6, arbitrary: bullet },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '## Findings',
      '# Findings',
      '### Critical',
      '## Findings (3)',
      'Findings',
      '--------',
      '===',
      '## Key findings',
      '## Other',
      '```',
      '~~~',
      '',
      '  Severity: high',
      'text about findings',
      '##Findings',
      '> ## Findings',
      '<!-- DONE -->',
      'None.',
      '\ttext',
    ),
  },
);

describe('countSeverities', () => {
  it('counts the same findings as parseFindings for any text', () => {
    const text = fc
      .tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom('\n', '\r\n'))
      .map(([lines, end]) => lines.join(end));
    fc.assert(
      fc.property(text, (markdown) => {
        expect(countSeverities(markdown)).toEqual(slow(markdown));
      }),
      { numRuns: scaled(1_500, 30_000) },
    );
  });

  it('counts a canonical section with one other line like the parser', () => {
    const plain = fc.constantFrom(
      '- [major] A thing — src/a.ts:1 — detail',
      '- [critical] Two words, (and more) — a/b-c.ts:12 — It fails. Fix it.',
      '- [MINOR] x y — a:1 — z',
      '',
    );
    const other = fc.constantFrom(
      ...[
        '- [major] None — a.ts:1 — x',
        '- [minor] src/a.ts — b.ts:1 — x',
        '  deeper',
        '- nested',
        '### Critical',
      ],
      ...[
        '- [major] See — a.ts:1 — x',
        '- [major] Title — a.ts:1',
        'None.',
        '```',
        '## Other',
        '- [major] a — — b',
        ' ',
      ],
      ...[
        '- [major] title — path:line — detail',
        '* [major] Two words — a.ts:1 — x',
        '- [major] Two — a.ts:1 — —',
        'text',
      ],
    );
    const before = fc.constantFrom(
      '',
      '# Report\n\nWords.\n',
      'Words\n',
      '- [major] x y — a:1 — z\n',
      '> a\n',
      'A finding\n\n',
    );
    const section = fc.tuple(
      before,
      fc.array(plain, { maxLength: 6 }),
      fc.option(other),
      fc.array(plain, { maxLength: 6 }),
    );
    fc.assert(
      fc.property(section, fc.boolean(), ([head, first, odd, last], isEnded) => {
        const lines = [
          ...first,
          ...(odd === null ? [] : [odd]),
          ...last,
          ...(isEnded ? ['<!-- DONE -->'] : []),
        ];
        const markdown = `${head}\n## Findings\n${lines.join('\n')}\n`;
        expect(countSeverities(markdown)).toEqual(slow(markdown));
      }),
      { numRuns: scaled(3_000, 60_000) },
    );
  });

  it.each([
    ['a title after a paragraph, underlined', 'some text\nFindings\n---\n- [major] Two words\n'],
    ['an underlined title', '\nFindings\n---\n- [major] Two words\n'],
    ['a fence around it all', '```\n## Findings\n- [major] Two words\n```\n'],
    ['a fence before it', '```\ncode\n```\n## Findings\n- [major] Two words\n'],
    ['a bare place as title', '## Findings\n- [major] src/a.ts:3 — none\n'],
    ['the form repeated', '## Findings\n- [critical|major|minor] title — path:line — detail\n'],
    ['nothing', ''],
    ['no section', '- [major] Two words\n'],
  ])('%s', (_, text) => {
    expect(countSeverities(text)).toEqual(slow(text));
  });

  it('counts a long text in linear time', () => {
    const text = `# A\n${'word '.repeat(50_000)}\n## Findings\n${'- [major] Two words — src/a.ts:1 — x\n'.repeat(2_000)}`;
    expect(countSeverities(text)).toEqual({ critical: 0, major: 2000, minor: 0 });
    expect(mentionsFindings(text)).toBe(true);
  });
});
