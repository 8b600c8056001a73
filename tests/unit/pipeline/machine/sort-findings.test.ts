import { describe, expect, it } from 'vitest';
import { sortFindings } from '../../../../src/pipeline/machine/sort-findings.ts';
import type { ReportFinding } from '../../../../src/run/report/report-types.ts';
import { blueprintOf } from '../simulation.ts';

const modules = blueprintOf({ web: [], 'web-admin': [] }).modules;

const finding = (path: string | null, severity: ReportFinding['severity'] = 'major'): ReportFinding => ({
  ...{ severity, title: 'Key in the open', path, line: null, detail: null },
  ...{ rule: null, sources: [], code: null, fingerprint: '0:0' },
  ...{ workers: ['secrets'], domains: ['security'] },
});

const sort = (given: ReportFinding[]) => {
  const changed = given.flatMap(({ path }) => (path === null || path.startsWith('old/') ? [] : [path]));
  return sortFindings(given, modules, new Set(changed));
};

describe('whose a finding is', () => {
  it.each<[string, string | null, string | null]>([
    ['a file of its paths', 'src/web/index.mjs', 'web'],
    ['its brain', '.orchestration/brains/builder-web.md', 'web'],
    ['its training pairs', '.orchestration/training/web.jsonl', 'web'],
    ['its conflict report', '.orchestration/conflicts/web-shape.md', 'web'],
    [
      'the conflict report of a module whose name is longer',
      '.orchestration/conflicts/web-admin-shape.md',
      'web-admin',
    ],
    ['the brain of a role', '.orchestration/brains/scaffold.md', null],
    ['the pairs of the bootstrap', '.orchestration/training/bootstrap.jsonl', null],
    ['the contract', '.orchestration/contracts/architecture.md', null],
    ['what all share', 'package.json', null],
    ['a file of the scaffold', 'deploy.mjs', null],
    ['no place at all', null, null],
  ])('%s', (_name, path, module) => {
    expect(sort([finding(path)]).majors).toEqual([
      { module, finding: expect.stringContaining('- [major] Key in the open') },
    ]);
  });
});

describe('what a finding asks for', () => {
  it.each<[string, ReportFinding, { critical: number; major: number; backlog: number; earlier: number }]>([
    [
      'critical: a halt, and fixes after it',
      finding('a.mjs', 'critical'),
      { critical: 1, major: 1, backlog: 0, earlier: 0 },
    ],
    ['major: fixes', finding('a.mjs', 'major'), { critical: 0, major: 1, backlog: 0, earlier: 0 }],
    ['minor: nothing now', finding('a.mjs', 'minor'), { critical: 0, major: 0, backlog: 1, earlier: 0 }],
    [
      'critical in what was there before: nothing now',
      finding('old/a.mjs', 'critical'),
      { critical: 0, major: 0, backlog: 0, earlier: 1 },
    ],
    [
      'minor in what was there before: nothing now',
      finding('old/a.mjs', 'minor'),
      { critical: 0, major: 0, backlog: 0, earlier: 1 },
    ],
    [
      'critical without a place: a halt',
      finding(null, 'critical'),
      { critical: 1, major: 1, backlog: 0, earlier: 0 },
    ],
  ])('%s', (_name, given, expected) => {
    const { criticals, majors, backlog, earlier } = sort([given]);
    expect({
      critical: criticals.length,
      major: majors.length,
      backlog: backlog.length,
      earlier: earlier.length,
    }).toEqual(expected);
  });

  it('is counted where this build has brought it', () => {
    const given = [finding('a.mjs', 'critical'), finding('b.mjs', 'minor'), finding('old/c.mjs', 'critical')];
    expect(sort(given).counts).toEqual({ critical: 1, major: 0, minor: 1 });
  });
});
