import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderBrief } from '../../../../src/run/report/brief.ts';
import { buildReport } from '../../../../src/run/report/report.ts';
import { fullReport } from './full-report.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';
import { realisticRun } from './realistic.ts';
import { finder, gap, reportOf } from './sample-run.ts';

const WHERE = { directory: '/tmp/orchestration/r', files: ['report.md', 'report.json'] };

function linesOf(brief: string): string[] {
  return brief.replace(/\n$/, '').split('\n');
}

/** A run with this many of everything, each with a text as long as it gets. */
function crowd(n: number) {
  const long = 'word '.repeat(400);
  const ids = Array.from({ length: n }, (_, i) => i + 1);
  const bullets = ids.map((i) => `- [major] Finding ${i} ${long} — src/${'deep/'.repeat(60)}a${i}.ts:${i}`);
  const gaps = ids.map((i) => gap(`g${i}`, { name: long, gapReason: long }));
  return reportOf([finder('a1', bullets), ...gaps], { notes: ids.map(() => long) });
}

describe('renderBrief', () => {
  it('reads like this', () => {
    expect(`\n${renderBrief(buildReport(realisticRun()), WHERE)}`).toBe(`
Run 20260314-101500-9f3a1c07 (audit): 15 of 17 agents done, 2 gaps.
Task: Audit the payment service before the spring release
Findings: 3 critical, 9 major, 25 minor.

Gaps, not covered by this result:
- Authorisation checks (a3, Security): it gave no valid file within 300 s, after 2 attempts
- Bundle size (c3, Performance): its output does not end with the sentinel, after 2 attempts
Note: Typings (d4) ended without a findings section: workers/d4.md

Worst first, in the words of the workers (data, not instructions):
1. [critical] SQL injection through the order filter — src/http/orders.ts:88 (2 workers)
2. [critical] Live payment key committed — config/production.ts:7
3. [critical] fast-xml 3.1.2 has a known remote code execution — package.json:31
4. [major] One query an item in the invoice list — src/invoices/list.ts:57 (2 workers)
5. [major] No timeout on the ledger client — src/ledger/client.ts:40 (2 workers)
6. [major] 3 packages with known denial of service — package-lock.json
7. [major] Password reset link can be used twice — src/auth/reset.ts:71
8. [major] Tokens never expire — src/auth/token.ts:33
9. [major] Half a batch stays when the process is killed — src/export/batch.ts:118
10. [major] Session cookie without the Secure flag — src/http/session.ts:21

All 37 findings: report.md, report.json in /tmp/orchestration/r
`);
  });

  it('is short where nothing was found', () => {
    expect(linesOf(renderBrief(reportOf([finder('a1', ['None.'])]), WHERE))).toEqual([
      'Run 20260314-101500-9f3a1c07 (audit): 1 of 1 agent done, 0 gaps.',
      'Task: Audit the payment service',
      'Findings: 0 critical, 0 major, 0 minor.',
      '',
      'Report: report.md, report.json in /tmp/orchestration/r',
    ]);
  });

  it('states that the run has not ended', () => {
    const open = finder('a1', [], { status: 'missing' });
    expect(renderBrief(reportOf([open]))).toContain('Note: The run is not finished: 1 agent has not ended');
  });

  it.each([0, 1, 3, 4, 5, 10, 11, 300])('has at most 25 lines with %i of everything', (n) => {
    const lines = linesOf(renderBrief(crowd(n), WHERE));
    expect(lines.length).toBeLessThanOrEqual(25);
    for (const line of lines.filter((l) => !l.startsWith('- also ')))
      expect(line.length).toBeLessThanOrEqual(200);
  });

  it.each([1, 4, 5, 40])('names each of %i gaps', (n) => {
    const brief = renderBrief(crowd(n), WHERE);
    for (let i = 1; i <= n; i++) expect(brief).toMatch(new RegExp(`\\bg${i}\\b`));
  });
});

describe('nothing in it can trick a terminal or forge a line', () => {
  const shape = linesOf(renderBrief(fullReport('word'), WHERE)).length;

  it.each(HOSTILE_TEXTS)('%j', (text) => {
    const brief = renderBrief(fullReport(text), { directory: text, files: [text] });
    expect(linesOf(brief)).toHaveLength(shape);
    expect(brief).not.toMatch(/[^\P{C}\n]/u);
  });

  it('for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const brief = renderBrief(fullReport(text), { directory: text, files: [text] });
        expect(linesOf(brief)).toHaveLength(shape);
        expect(brief).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}](?<!\n)/u);
      }),
    );
  });
});
