import { describe, expect, it } from 'vitest';
import { renderBrief } from '../../../../src/run/report/brief.ts';
import { renderHtml } from '../../../../src/run/report/html.ts';
import { renderJson } from '../../../../src/run/report/json.ts';
import { renderMarkdown } from '../../../../src/run/report/markdown.ts';
import { renderSarif } from '../../../../src/run/report/sarif.ts';
import { readUnchecked } from '../../../../src/run/report/unchecked.ts';
import { gap, reportOf, worker } from './sample-run.ts';

const output = (...bullets: string[]) =>
  `# A\n\n## Findings\nNone.\n\n## Not checked\n${bullets.join('\n')}\n\n## Notes\n- Looked at 3 files.\n\n<!-- DONE -->\n`;
const WHY = 'npm for package-lock.json: no answer in 90 s, nothing is known.';
const report = reportOf([worker('a1', output(`- ${WHY}`), { name: 'Advisories' })]);
const SAID = `Not checked: ${WHY} (Advisories, a1)`;

describe('what a worker could not check', () => {
  it('is a note of the report', () => {
    expect(report.notes).toEqual([SAID]);
  });

  it.each([
    ['md', renderMarkdown(report).replaceAll('\\', '')],
    ['json', renderJson(report)],
    ['sarif', renderSarif(report)],
    ['html', renderHtml(report).replaceAll(/<wbr>/g, '')],
    ['brief', renderBrief(report)],
  ])('is said in %s', (_, text) => {
    expect(text).toContain(SAID);
  });

  it('is named for the first few, and counted beyond', () => {
    const many = Array.from({ length: 8 }, (_, i) => `- part ${i}`);
    const { notes } = reportOf([worker('a1', output(...many))]);
    expect(notes).toHaveLength(6);
    expect(notes.at(-1)).toBe('Not checked: 3 more of Worker a1 in workers/a1.md');
  });

  it('is nothing where a worker says so, and nothing of one that left no output', () => {
    expect(reportOf([worker('a1', output('- None.')), gap('a2')]).notes).toEqual([]);
  });

  it.each([
    ['## Not checked', '- a', ['a']],
    ['### Unchecked (2)', '- a\n* b', ['a', 'b']],
    ['## Not checked', '```\n- a\n```', []],
    ['## Checked', '- a', []],
    ['## Not checked at all by anyone', '- a', []],
  ])('%s: %j', (title, lines, said) => {
    expect(readUnchecked(`${title}\n${lines}\n`)).toEqual(said);
  });
});
