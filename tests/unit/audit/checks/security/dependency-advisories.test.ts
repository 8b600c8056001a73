import { describe, expect, it } from 'vitest';
import type { ToolOutcome } from '../../../../../src/audit/check/tool-outcome.ts';
import { judgeAnswer } from '../../../../../src/audit/checks/security/advisories.ts';
import { ADVISORY_TOOLS } from '../../../../../src/audit/checks/security/advisory-tools.ts';
import type { SourceFile } from '../../../../../src/source/source-tree.ts';

const NPM = {
  vulnerabilities: {
    lodash: {
      name: 'lodash',
      fixAvailable: true,
      via: [
        {
          name: 'lodash',
          title: 'Command injection',
          severity: 'critical',
          range: '<4.17.21',
          url: 'https://x',
        },
      ],
    },
    'uses-lodash': { name: 'uses-lodash', via: ['lodash'] },
    tool: { name: 'tool', via: [{ name: 'tool', title: 'ReDoS', severity: 'critical', range: '*' }] },
  },
};

const LOCK = JSON.stringify(
  {
    lockfileVersion: 3,
    packages: {
      '': {},
      'node_modules/lodash': { version: '4.0.0' },
      'node_modules/tool': { version: '1.0.0', dev: true },
    },
  },
  null,
  1,
);

/** What each tool prints, and what is made of it. */
const REPORTS: [lock: string, output: object, found: string[]][] = [
  [
    'package-lock.json',
    NPM,
    ['critical advisory: lodash <4.17.21: Command injection 5', 'major advisory: tool *: ReDoS 8'],
  ],
  [
    'pnpm-lock.yaml',
    { advisories: { 1: { module_name: 'a', vulnerable_versions: '<2', title: 'T', severity: 'high' } } },
    ['major advisory: a <2: T undefined'],
  ],
  [
    'Cargo.lock',
    { vulnerabilities: { list: [{ package: { name: 'a', version: '1' }, advisory: { title: 'T' } }] } },
    ['major advisory: a 1: T undefined'],
  ],
  [
    'requirements.txt',
    {
      dependencies: [
        { name: 'a', version: '1', vulns: [{ id: 'PYSEC-1', fix_versions: ['2'] }] },
        { name: 'b' },
      ],
    },
    ['major advisory: a 1: PYSEC-1 undefined'],
  ],
  [
    'Gemfile.lock',
    {
      results: [
        { gem: { name: 'a', version: '1' }, advisory: { title: 'T', criticality: 'medium' } },
        { type: 'x' },
      ],
    },
    ['minor advisory: a 1: T undefined'],
  ],
  [
    'composer.lock',
    { advisories: { 'a/b': [{ title: 'T', affectedVersions: '<2', severity: 'low' }] } },
    ['minor advisory: a/b <2: T undefined'],
  ],
  ['composer.lock', { advisories: [] }, []],
  [
    'go.mod',
    {
      results: [
        {
          packages: [
            {
              package: { name: 'a', version: '1' },
              vulnerabilities: [{ id: 'GO-1', summary: 'T', database_specific: { severity: 'HIGH' } }],
            },
          ],
        },
      ],
    },
    ['major advisory: a 1: T undefined'],
  ],
  ['package-lock.json', { vulnerabilities: {} }, []],
];

function judge(lock: string, outcome: ToolOutcome) {
  const tool = ADVISORY_TOOLS.find((t) => t.lock.test(lock));
  if (!tool) throw new Error(`no tool for ${lock}`);
  const file: SourceFile = { path: lock, size: 1, text: () => LOCK };
  return judgeAnswer(tool, file, outcome);
}

const ended = (stdout: string, stderr = ''): ToolOutcome => ({ kind: 'ended', code: 1, stdout, stderr });

describe('dependency-advisories', () => {
  it.each(REPORTS)('reads the report for %s', (lock, output, found) => {
    const { hits } = judge(lock, ended(JSON.stringify(output)));
    expect(hits.map((h) => `${h.severity} ${h.title} ${h.line}`)).toEqual(found);
  });

  it.each<[string, ToolOutcome, RegExp]>([
    ['a missing tool', { kind: 'missing' }, /not installed/],
    ['a hanging network', { kind: 'timeout', seconds: 90 }, /no answer within 90 s/],
    ['no network', ended('{"message":"request to https://r failed, ENOTFOUND","error":{}}'), /ENOTFOUND/],
    ['an old version', ended('', 'npm warn x\nunknown option --json'), /unknown option/],
    ['nothing at all', ended(''), /exit code 1/],
  ])('reports %s as not checked, not as a finding and not as success', (_name, outcome, note) => {
    const { hits, notes, unchecked } = judge('package-lock.json', outcome);
    expect([...hits, ...notes]).toEqual([]);
    expect(unchecked).toHaveLength(1);
    expect(unchecked[0]).toMatch(note);
  });
});
