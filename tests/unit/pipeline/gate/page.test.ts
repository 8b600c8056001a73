import { describe, expect, it } from 'vitest';
import { listLockSentences, listModuleSentences } from '../../../../src/contract/contract-summary.ts';
import {
  excerptReport,
  type GatePage,
  parseNumstat,
  sumByFolder,
} from '../../../../src/pipeline/gate/page.ts';
import { listConcerns } from '../../../../src/pipeline/gate/page-concerns.ts';
import { renderAnswer, renderGatePage } from '../../../../src/pipeline/gate/page-text.ts';
import { applyEvent, emptyState } from '../../../../src/run/ledger/state.ts';

const RUN = '20260101-120000-0a1b2c3d';
const NO_SANDBOX = /agents' code, tests among it, ran without a sandbox, .*: bubblewrap is not installed/;

const page = (more: Partial<GatePage> = {}): GatePage => ({
  run: RUN,
  task: 'Build a shop',
  status: 'closed',
  subject: {
    stage: 'ship',
    hash: 'c'.repeat(40),
    isChecked: true,
    title: 'the branch goes to main',
    lines: ['2 findings left for later'],
    files: ['/r/pipeline.md'],
  },
  policy: null,
  concerns: [],
  costUsd: 0,
  auditUsd: 0,
  assumedUsd: 0,
  unpriced: 0,
  reports: [
    { role: 'shipper', path: '/r/workers/shipper.md', lines: ['Version 1.1.0: adds a shop'], hidden: 3 },
    { role: 'architect', path: '/r/workers/architect.md', lines: ['Two modules'], hidden: 0 },
  ],
  denied: [],
  modules: [],
  locks: [{ name: 'db', level: 'critical', assertion: 'Prices are integers' }],
  qc: {
    passed: 1,
    total: 2,
    modules: [
      {
        name: 'auth',
        verdict: 'pass',
        commit: 'a'.repeat(40),
        reviews: 2,
        backlog: 1,
        report: '/r/qc/auth.md',
      },
      { name: 'pay', verdict: null, commit: null, reviews: 0, backlog: 0, report: null },
    ],
  },
  audit: {
    run: 'x',
    findings: { critical: 0, major: 1, minor: 4 },
    agents: { total: 13, done: 12 },
    domains: [
      { domain: 'Security', by: 'checks', planned: 5, given: 5 },
      { domain: 'Security', by: 'agents', planned: 3, given: 2 },
    ],
    gaps: [{ id: 'injection', reason: 'no answer' }],
    isOutdated: false,
    report: '/x/report.md',
  },
  changes: {
    files: 3,
    added: 30,
    removed: 4,
    folders: [{ folder: 'src/auth/', files: 3, added: 30, removed: 4 }],
    command: 'git -C /p diff aaa...bbb',
  },
  outside: {
    base: { branch: 'trunk', began: 'b'.repeat(40), tip: 'd'.repeat(40), newCommits: 2, isMergedIn: true },
    checkout: { directory: '/p', branch: 'trunk', uncommitted: 1, inTheWay: [] },
    programs: [],
  },
  projectHooks: 'run',
  approval: null,
  rejectionNote: null,
  rejections: 0,
  next: { approve: 'sao gate approve', reject: 'sao gate reject', resume: 'sao run' },
  ...more,
});

describe('the page at a gate', () => {
  it('has both reports, the locks, coverage, the difference, what moved outside, the level and the next command', () => {
    expect(renderGatePage(page()).split('\n')).toEqual([
      `ship        closed: waits for a human (${'c'.repeat(16)})`,
      `run ${RUN}, stage 6: the branch goes to main`,
      'task: Build a shop',
      'Work',
      '  2 findings left for later',
      'Locks',
      '  critical  db: Prices are integers',
      'Report of the shipper: /r/workers/shipper.md',
      '  Version 1.1.0: adds a shop',
      '  … 3 more lines',
      'Report of the architect: /r/workers/architect.md',
      '  Two modules',
      'QC: 1 of 2 modules passed',
      '  auth: pass at aaaaaaaaaaaa, 2 reviews, 1 finding left: /r/qc/auth.md',
      '  pay: not reviewed, 0 reviews, 0 findings left',
      'Audit of the integrated code',
      '  0 critical, 1 major, 4 minor; 12 of 13 checks and agents gave a result (Security 5/5 checks, Security 2/3 agents): /x/report.md',
      '  no result: injection: no answer',
      'Changes',
      '  3 files, +30 -4; to read all: $ git -C /p diff aaa...bbb',
      '  src/auth/                      3 files, +30 -4',
      'Outside of the build',
      '  trunk has 2 new commits since the build began (bbbbbbbbbbbb, now dddddddddddd): merged into this work',
      '  your checkout /p: trunk, 1 uncommitted path',
      '  project hooks: run at the commits of builders, not at those of the engine (build.projectHooks: run)',
      'Files',
      '  /r/pipeline.md',
      'Answer',
      '  counts: a signature, a session’s question, or a terminal without a session at work; only a signature proves it',
      '  $ sao gate approve',
      '  $ sao gate reject',
      '  then: sao run',
    ]);
  });

  it('starts with what speaks against an approval', () => {
    const lines = renderGatePage(page({ concerns: ['module pay has not passed QC'] })).split('\n');
    expect(lines.slice(3, 5)).toEqual(['Before you approve', '  module pay has not passed QC']);
  });

  it('fits one screen for a build of 12 modules with many findings, locks and folders', () => {
    const many = <T>(count: number, make: (n: number) => T) =>
      Array.from({ length: count }, (_, n) => make(n));
    const long = page();
    const lines = renderGatePage({
      ...long,
      concerns: many(4, (n) => `reason ${n}`),
      subject: { ...long.subject, lines: many(40, (n) => `finding ${n}`) },
      locks: many(30, (n) => ({ name: `lock-${n}`, level: 'locked', assertion: 'x'.repeat(500) })),
      reports: long.reports.map((report) => ({ ...report, lines: many(8, (n) => `line ${n}`), hidden: 40 })),
      qc: {
        passed: 12,
        total: 12,
        modules: many(12, (n) => ({
          name: `m${n}`,
          verdict: 'pass' as const,
          commit: null,
          reviews: 1,
          backlog: 0,
          report: null,
        })),
      },
    }).split('\n');
    expect(lines.length).toBeLessThanOrEqual(80);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(200);
    expect(lines).toContain('  … and 25 more lines (--json lists all)');
    expect(lines).toContain('  … and 23 more locks (--json lists all)');
  });

  it('shows every command of a contract, however many there are', () => {
    const lines = Array.from(
      { length: 60 },
      (_, n) => `runs on this machine, test command of m${n}: npm test`,
    );
    const text = renderGatePage(page({ subject: { ...page().subject, stage: 'architect', lines } }));
    for (const line of lines) expect(text).toContain(line);
  });

  it('names a part that cannot be read instead of leaving it out', () => {
    const text = renderGatePage(
      page({
        changes: { unreadable: 'no such commit' },
        outside: { unreadable: 'not a repository' },
        reports: [{ role: 'shipper', path: '/r/s.md', lines: undefined, hidden: 0 }],
        audit: {
          run: 'x',
          findings: null,
          agents: undefined,
          domains: [],
          gaps: [],
          isOutdated: true,
          report: '/x',
        },
      }),
    );
    for (const words of ['no such commit', 'not a repository', 'coverage unknown', 'cannot be read'])
      expect(text).toContain(words);
  });

  it('says of an open gate who approved it and how, and how the build continues', () => {
    const given = { who: 'ada', at: '2026-01-01T00:00:00.000Z' };
    const approval = { level: 'terminal', signer: null, ...given } as const;
    const lines = renderGatePage(page({ status: 'open', approval })).split('\n');
    expect(lines.slice(-2)).toEqual([
      '  approved by ada in a terminal (level: terminal; not proved by a signature), at 2026-01-01T00:00:00.000Z',
      '  next: sao run',
    ]);
    const signed = { level: 'signed', signer: 'ada@example.com', ...given } as const;
    expect(renderGatePage(page({ status: 'open', approval: signed }))).toContain(
      'approved by ada by a signature (level: signed; signer: ada@example.com), at',
    );
    expect(
      renderAnswer(page({ status: 'open', approval }))
        .split('\n')
        .at(-1),
    ).toBe('next: sao run');
  });

  it('keeps hidden characters and secrets of a report out', () => {
    const token = ['gh', 'p_', 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5'].join('');
    const text = renderGatePage(
      page({ reports: [{ role: 'shipper', path: '/s', lines: [`a\u202e \u001b[2J ${token}`], hidden: 0 }] }),
    );
    for (const hidden of ['\u202e', '\u001b']) expect(text).not.toContain(hidden);
    expect(text).not.toContain(token);
  });
});

describe('the parts of the page', () => {
  it('excerpt a report without its title and its last line', () => {
    const text = '# Release\n\nVersion 2\n\n## Open\n- a\n\n<!-- DONE -->\n';
    expect(excerptReport(text)).toEqual({ lines: ['Version 2', 'Open:', '- a'], hidden: 0 });
    const long = Array.from({ length: 15 }, (_, n) => `line ${n}`).join('\n');
    expect(excerptReport(long)).toMatchObject({ lines: { length: 10 }, hidden: 5 });
  });

  it('sum changes by folder, the largest first, with any name', () => {
    const numstat =
      '3\t1\tsrc/auth/a b.ts\0-\t-\tlogo.png\x0010\t0\tsrc/pay/x/ü\n.ts\x001\t1\tsrc/auth/c.ts\0';
    expect(parseNumstat(numstat)).toEqual([
      { path: 'src/auth/a b.ts', added: 3, removed: 1 },
      { path: 'logo.png', added: 0, removed: 0 },
      { path: 'src/pay/x/ü\n.ts', added: 10, removed: 0 },
      { path: 'src/auth/c.ts', added: 1, removed: 1 },
    ]);
    expect(sumByFolder(parseNumstat(numstat))).toEqual([
      { folder: 'src/pay/', files: 1, added: 10, removed: 0 },
      { folder: 'src/auth/', files: 2, added: 4, removed: 2 },
      { folder: 'logo.png', files: 1, added: 0, removed: 0 },
    ]);
  });

  it('list locks with their sentences, the strictest first, and modules', () => {
    const files = new Map([
      [
        'locks.json',
        JSON.stringify({
          decisions: {
            style: { lock_level: 'unlocked', assertion: 'Short' },
            db: { lock_level: 'critical', assertion: 'One' },
          },
          interfaces: { auth: { lock_level: 'locked' } },
        }),
      ],
      [
        'modules.json',
        JSON.stringify({
          modules: [{ name: 'auth', description: 'Who', paths: ['a/**'], depends_on: ['db'] }, 7],
        }),
      ],
    ]);
    expect(listLockSentences(files)).toEqual([
      { name: 'db', level: 'critical', assertion: 'One' },
      { name: 'auth', level: 'locked', assertion: 'missing' },
      { name: 'style', level: 'unlocked', assertion: 'Short' },
    ]);
    expect(listModuleSentences(files)).toEqual([
      { name: 'auth', description: 'Who', paths: ['a/**'], dependsOn: ['db'] },
      { name: 'missing', description: 'missing', paths: [], dependsOn: [] },
    ]);
    expect(listLockSentences(new Map([['locks.json', '{']]))).toEqual([]);
  });
});

describe('what speaks against an approval', () => {
  it("is that agents' code had no sandbox, until a runner has one", () => {
    const state = emptyState();
    const at = '2026-01-01T12:00:00.000Z';
    expect(listConcerns(page(), state).join('\n')).not.toMatch(NO_SANDBOX);
    const chosen = { v: 1, at, type: 'sandbox-chosen' } as const;
    applyEvent(state, { ...chosen, kind: 'none', reason: 'bubblewrap is not installed' });
    expect(listConcerns(page(), state).join('\n')).toMatch(NO_SANDBOX);
    applyEvent(state, { ...chosen, kind: 'bwrap' });
    expect(listConcerns(page(), state).join('\n')).not.toMatch(NO_SANDBOX);
  });
});
