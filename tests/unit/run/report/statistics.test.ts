import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../../src/run/report/markdown.ts';
import type { ReportAgent } from '../../../../src/run/report/report-types.ts';
import { finder, reportOf, worker } from './sample-run.ts';

const program = (id: string, text: string): ReportAgent => ({
  ...worker(id, text),
  model: null,
  isOfEngine: true,
});

const NUMBERS = `# Title

## Findings
None.

## Numbers
- Hot spots: src/a.ts: 20 changes × 500 lines
- Not read: 1 file is minified: dist/a.js
`;

const SUPPRESSED = `# Title

## Findings
None.

## Suppressed
- [major] eval-call: computed text is run as code — src/a.ts:5 — the text is a constant
`;

describe('the statistics of programs', () => {
  it('are numbers by topic, and no findings', () => {
    const report = reportOf([program('a1', NUMBERS), program('b1', NUMBERS)]);
    expect(report.numbers).toEqual([
      { topic: 'Hot spots', items: ['src/a.ts: 20 changes × 500 lines'] },
      { topic: 'Not read', items: ['1 file is minified: dist/a.js'] },
    ]);
    expect(report.findings).toEqual([]);
    expect(renderMarkdown(report)).toContain('## Numbers\n\n### Hot spots\n\n- src/a.ts: 20 changes');
  });

  it('are not taken from an agent', () => {
    expect(reportOf([worker('a1', NUMBERS)]).numbers).toEqual([]);
  });
});

describe('suppressed findings', () => {
  it('are listed with their reasons, counted in the notes, and in no count of findings', () => {
    const report = reportOf([program('a1', SUPPRESSED)]);
    expect(report.suppressed).toEqual([
      {
        rule: 'eval-call',
        title: 'eval-call: computed text is run as code',
        path: 'src/a.ts',
        line: 5,
        reason: 'the text is a constant',
        worker: 'a1',
      },
    ]);
    expect(report.counts.findings).toEqual({ critical: 0, major: 0, minor: 0 });
    expect(report.notes).toContain('1 finding is suppressed by `sao-ignore` marks in the code.');
    expect(renderMarkdown(report)).toContain('## Suppressed (1)');
  });

  it('are no right of an agent, nor of a command that is no check', () => {
    expect(reportOf([worker('a1', SUPPRESSED)]).suppressed).toEqual([]);
    expect(reportOf([{ ...program('a1', SUPPRESSED), isOfEngine: false }]).suppressed).toEqual([]);
  });

  it('are taken from the data of a check alone, not from its text', () => {
    const data = {
      severity: 'major',
      title: 'eval-call: x',
      path: 'src/b — c.ts',
      line: 9,
      reason: 'known',
    } as const;
    const checks = (suppressed: readonly (typeof data)[]) =>
      reportOf([{ ...program('a1', SUPPRESSED), findings: [], suppressed }]).suppressed;
    expect(checks([])).toEqual([]);
    expect(checks([data])).toMatchObject([{ path: 'src/b — c.ts', line: 9, reason: 'known', worker: 'a1' }]);
  });
});

it('shows 50 findings of a rule in text, says how many more there are, and keeps all in the data', () => {
  const bullets = Array.from({ length: 70 }, (_, i) => `- [major] eval-call: found — src/a.ts:${i * 10 + 1}`);
  const report = reportOf([{ ...finder('a1', bullets), model: null }]);
  const text = renderMarkdown(report);
  expect(report.findings).toHaveLength(70);
  expect(text.match(/\*\*eval-call: found\*\*/g)).toHaveLength(50);
  expect(text).toContain('`eval-call`: 20 more (70 in total), all in report.json and report.sarif');
});
