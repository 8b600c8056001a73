import { describe, expect, it } from 'vitest';
import type { AuditScope } from '../../../../src/run/report/audit-scope.ts';
import { finder, reportOf } from './sample-run.ts';

const BULLETS = [
  '- [major] sql-injection: built from values — src/db.js:4',
  '- [minor] bandit/B101: assert used — tests/a.py:7',
  '- [critical] secret-github: GitHub token — legacy/old.js:1',
  '- [minor] no-readme: the project has no README',
];

function reportWith(scope: Partial<AuditScope>) {
  const whole: AuditScope = { version: 1, rules: {}, exclude: [], ...scope };
  const lines: Record<string, string> = {
    'src/db.js': 'db.query(sql)',
    'legacy/old.js': 'token',
    'tests/a.py': 'assert x',
  };
  return reportOf([finder('a1', BULLETS, { model: null })], {
    scope: whole,
    readLine: (path) => lines[path],
  });
}

const rulesOf = (scope: Partial<AuditScope>) =>
  reportWith(scope).findings.map(({ severity, rule }) => `${severity} ${rule}`);

describe('the scope of an audit', () => {
  it.each<[string, Partial<AuditScope>, string[], string]>([
    [
      'leaves nothing out by itself',
      {},
      ['critical secret-github', 'major sql-injection', 'minor bandit/B101', 'minor no-readme'],
      '',
    ],
    [
      'switches a rule off',
      { rules: { 'sql-injection': 'off' } },
      ['critical secret-github', 'minor bandit/B101', 'minor no-readme'],
      'Left out: 1 finding of rules',
    ],
    [
      'switches a tool off',
      { rules: { 'bandit/*': 'off' } },
      ['critical secret-github', 'major sql-injection', 'minor no-readme'],
      'Left out: 1 finding of rules',
    ],
    [
      'sets a severity',
      { rules: { 'bandit/*': 'major', 'no-readme': 'critical' } },
      ['critical secret-github', 'critical no-readme', 'major sql-injection', 'major bandit/B101'],
      '',
    ],
    [
      'excludes paths',
      { exclude: ['legacy/**', '**/*.py'] },
      ['major sql-injection', 'minor no-readme'],
      'Left out: 2 findings in paths',
    ],
    [
      'keeps to files',
      { files: ['src/db.js'], filesAre: 'files changed since main' },
      ['major sql-injection'],
      'Left out: 3 findings outside of the files changed since main.',
    ],
    [
      'keeps to lines',
      {
        files: ['src/db.js', 'tests/a.py'],
        lines: {
          'src/db.js': [
            [1, 3],
            [5, 9],
          ],
          'tests/a.py': [[7, 7]],
        },
      },
      ['minor bandit/B101'],
      'Left out: 3 findings',
    ],
  ])('%s', (_, scope, expected, note) => {
    expect(rulesOf(scope).sort()).toEqual([...expected].sort());
    expect(reportWith(scope).notes.join('\n')).toContain(note);
  });

  it('does not count what the baseline knows', () => {
    const whole = reportWith({});
    const [known] = whole.findings.filter(({ rule }) => rule === 'sql-injection');
    const report = reportWith({
      baseline: { name: 'old.json', fingerprints: [known?.fingerprint ?? '', 'gone:0'] },
    });
    expect(report.counts.findings).toEqual({ critical: 1, major: 0, minor: 2 });
    expect(report.known.map(({ rule }) => rule)).toEqual(['sql-injection']);
    expect(report.notes).toContain(
      '1 finding known from old.json, not counted; 1 of its 2 findings is not found any more.',
    );
    expect(report.domains[0]?.counts.major).toBe(0);
  });

  it('gives findings their line of code, without secrets', () => {
    const [found] = reportWith({ files: ['src/db.js'] }).findings;
    expect(found?.code).toBe('db.query(sql)');
  });
});
