import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../../src/run/report/html.ts';
import { renderMarkdown } from '../../../../src/run/report/markdown.ts';
import { finder, reportOf, SENTINEL, worker } from './sample-run.ts';

const CHECK = [
  '- [major] sql-injection: an SQL statement is built from values — src/db.js:4 — Pass values as parameters.',
  '- [critical] secret-github: GitHub token — src/key.js:1 — Revoke it.',
];

/** A report of a check and of an agent with these sections. */
function judge(sections: string) {
  const agent = worker('security-injection', `# Injection\n\n${sections}\n${SENTINEL}\n`);
  return reportOf([finder('dangerous-calls', CHECK, { model: null }), agent]);
}

const REJECT =
  '- [major] sql-injection: an SQL statement is built from values — src/db.js:4 — `id` is a number, line 2 parses it.';

describe('a finding that an agent rejects', () => {
  const report = judge(`## Findings\nNone.\n\n## Rejected\n${REJECT}`);

  it('is shown with its reason and does not count', () => {
    expect(report.counts.findings).toEqual({ critical: 1, major: 0, minor: 0 });
    expect(report.rejected).toMatchObject([
      {
        rule: 'sql-injection',
        path: 'src/db.js',
        line: 4,
        by: 'security-injection',
        reason: '`id` is a number, line 2 parses it.',
      },
    ]);
    for (const text of [renderMarkdown(report), renderHtml(report)]) {
      expect(text).toContain('Rejected by agents');
      expect(text).toContain('is a number, line 2 parses it.');
    }
    expect(report.notes.join()).toContain('1 finding of checks and tools rejected by agents');
  });

  it('may be a line or two away', () => {
    expect(judge(`## Findings\nNone.\n\n## Rejected\n${REJECT.replace(':4', ':6')}`).rejected).toHaveLength(
      1,
    );
    expect(judge(`## Findings\nNone.\n\n## Rejected\n${REJECT.replace(':4', ':9')}`).rejected).toEqual([]);
  });
});

describe('a finding is not rejected', () => {
  it.each([
    [
      'if it is critical: text in the code could talk an agent into it',
      '- [critical] secret-github: GitHub token — src/key.js:1 — a sample',
    ],
    ['without a reason', '- [major] sql-injection: an SQL statement is built from values — src/db.js:4'],
    ['by the rejection of another one', '- [major] eval of a computed string — src/db.js:4 — harmless'],
    ['by the rejection of another place', REJECT.replace('db.js', 'other.js')],
  ])('%s', (_, bullet) => {
    const report = judge(`## Findings\nNone.\n\n## Rejected\n${bullet}`);
    expect([report.findings.length, report.rejected]).toEqual([2, []]);
  });

  it('if another agent confirms it', () => {
    const report = reportOf([
      finder('dangerous-calls', CHECK, { model: null }),
      worker('one', `## Findings\nNone.\n\n## Rejected\n${REJECT}\n${SENTINEL}\n`),
      finder('two', [CHECK[0] ?? '']),
    ]);
    expect(report.rejected).toEqual([]);
    expect(report.findings.find(({ path }) => path === 'src/db.js')?.workers).toEqual([
      'dangerous-calls',
      'two',
    ]);
  });

  it('by a program', () => {
    const text = `## Findings\nNone.\n\n## Rejected\n${REJECT}\n${SENTINEL}\n`;
    const agents = [finder('dangerous-calls', CHECK, { model: null }), worker('tool', text, { model: null })];
    expect(reportOf(agents).rejected).toEqual([]);
  });
});
