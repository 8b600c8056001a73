import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSummary } from '../../../../src/run/report/summary.ts';

describe('readSummary', () => {
  it.each([
    ['the section', '# A\n\nIntro.\n\n## Summary\nSaid.\n\n## Findings\n- [major] x', 'Said.'],
    ['the section by another name', '## Executive Summary\nSaid.', 'Said.'],
    [
      'the text before the findings if there is no summary',
      '# A\n\nFirst.\n\nSecond.\n\n## Findings\n- x',
      'First.\nSecond.',
    ],
    ['no more than three paragraphs then', '# A\n\n1.1\n\n2.2\n\n3.3\n\n4.4', '1.1\n2.2\n3.3'],
    ['the text before the findings if the summary is empty', 'Intro.\n\n## Summary\n\n## Findings', 'Intro.'],
    ['lines of a paragraph as one', '## Summary\nOne\ntwo\nthree.\n\nFour.', 'One two three.\nFour.'],
    [
      'each bullet as a paragraph',
      '## Summary\nThree:\n- one\n- two\n  more\n* three',
      'Three:\n• one\n• two more\n• three',
    ],
    ['numbers unchanged', '## Summary\n1. one\n2) two', '1. one\n2) two'],
    ['neither bold marks nor the sentinel', '## Summary\n**Now**: fix it.\n\n<!-- DONE -->', 'Now: fix it.'],
    ['no tables, rules or code', '## Summary\nSaid.\n\n| a | b |\n|---|---|\n\n---\n\n```\nx\n```', 'Said.'],
    ['sub-headings left out', '## Summary\n### First\nSaid.\n### Second\nMore.', 'Said.\nMore.'],
    ['nothing', '', ''],
    ['nothing where there is only a heading', '# ERROR', ''],
  ])('gives %s', (_, text, summary) => {
    expect(readSummary(text)).toBe(summary);
  });

  it('stops after twelve paragraphs', () => {
    const text = `## Summary\n${Array.from({ length: 40 }, (_, i) => `- n${i}`).join('\n')}`;
    expect(readSummary(text).split('\n')).toHaveLength(12);
  });

  it('never throws and never answers an empty paragraph', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('## Summary', '', '- a', '```', '---', '|x|'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const summary = readSummary(lines.join('\n'));
        for (const paragraph of summary === '' ? [] : summary.split('\n'))
          expect(paragraph.trim()).not.toBe('');
      }),
    );
  });
});
