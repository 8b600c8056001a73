import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countFindings, type Finding, SEVERITIES, type Severity } from '../../../../src/findings/finding.ts';
import type { ConformanceRow } from '../../../../src/pipeline/qc/conformance-table.ts';
import type { LockFault, ModuleEvidence, TestEvidence } from '../../../../src/pipeline/qc/evidence.ts';
import {
  judgeChangedBranch,
  judgeModule,
  judgeWrongBranch,
  limitFindings,
} from '../../../../src/pipeline/qc/judge-module.ts';
import { isWorse } from '../../../../src/pipeline/qc/qc-report.ts';
import { QC_VERDICTS, type QcVerdict } from '../../../../src/run/ledger/verdict.ts';
import { warn } from '../../../../src/system/result.ts';
import type { TestEnd } from '../../../../src/workspace/tests/test-result.ts';

const ends = {
  pass: { code: 0, signal: null, timedOut: false, durationMs: 100 },
  fail: { code: 1, signal: null, timedOut: false, durationMs: 100 },
  timeout: { code: null, signal: 'SIGTERM', timedOut: true, durationMs: 100 },
  absent: { code: null, signal: null, timedOut: false, durationMs: 0, startError: 'pytest was not found' },
} satisfies Record<string, TestEnd>;

const findingOf = (severity: Severity): Finding => ({
  severity,
  title: `Something ${severity}`,
  path: 'src/a.ts',
  line: 3,
});
const row = (holds: ConformanceRow['holds'], item = 'login'): ConformanceRow => ({
  item,
  contract: 'auth.interface.md',
  code: 'src/auth/login.ts:9',
  holds,
});
const lock = (level: LockFault['level']): LockFault => ({
  lock: 'storage',
  level,
  assertion: 'all rows go through the store',
  detail: 'SQL was found',
  path: 'src/auth/db.ts',
  line: 7,
});

interface World {
  said: QcVerdict;
  listed: readonly Severity[];
  tests: keyof typeof ends;
  strays: readonly string[];
  locks: readonly LockFault['level'][];
  isCommitted: boolean;
  rows: readonly ConformanceRow['holds'][];
}

const GOOD: World = {
  said: 'pass',
  listed: [],
  tests: 'pass',
  strays: [],
  locks: [],
  isCommitted: true,
  rows: ['yes'],
};

function evidenceOf(world: Partial<World>): ModuleEvidence {
  const { said, listed, tests, strays, locks, isCommitted, rows } = { ...GOOD, ...world };
  const findings = listed.map(findingOf);
  const conformance = rows.map((holds) => row(holds));
  return {
    report: { verdict: said, counts: countFindings(findings), findings, conformance },
    tests: ends[tests],
    testEvidence: { losses: [], missing: [], hasTests: true },
    strays,
    nested: [],
    unpublished: [],
    denied: [],
    hidden: [],
    lockFaults: locks.map(lock),
    commit: isCommitted ? 'c'.repeat(40) : null,
    brain: { path: '.orchestration/brains/builder-auth.md', faults: [] },
  };
}

/** The rules as the issue says them, one after the other. */
function expected({ said, listed, tests, strays, locks, isCommitted, rows }: World): QcVerdict {
  const isFailing = tests !== 'pass';
  if (locks.includes('critical')) return 'fail-critical';
  if (said === 'fail-critical' || listed.includes('critical')) return 'fail-critical';
  if (strays.length > 0 || isFailing || !isCommitted || locks.includes('locked') || rows.includes('no'))
    return 'fail-major';
  return said === 'fail-major' || listed.includes('major') ? 'fail-major' : 'pass';
}

const options = {
  said: QC_VERDICTS,
  listed: [[], ['minor'], ['major'], ['critical'], ['minor', 'critical', 'major']],
  tests: ['pass', 'fail', 'timeout', 'absent'],
  strays: [[], ['package.json']],
  locks: [[], ['unlocked'], ['locked'], ['critical', 'locked']],
  isCommitted: [true, false],
  rows: [['yes'], ['yes', 'partly', 'n/a'], ['no']],
} satisfies { [K in keyof World]: readonly World[K][] };

/** Every combination of the options. */
const worlds = Object.entries(options).reduce<Record<string, unknown>[]>(
  (all, [key, values]) => all.flatMap((world) => values.map((value) => ({ ...world, [key]: value }))),
  [{}],
) as unknown as World[];

describe('judgeModule', () => {
  it('judges every combination as the rules say', () => {
    for (const world of worlds) {
      const { verdict, findings, backlog, reasons } = judgeModule(evidenceOf(world));
      expect({ world, verdict }).toEqual({ world, verdict: expected(world) });
      expect(reasons.length > 0).toBe(verdict !== 'pass');
      // A builder that is sent back has something to fix; a report that only says FAIL is refused before it comes here.
      const isEmpty = world.said !== 'pass' && world.listed.every((severity) => severity === 'minor');
      if (verdict !== 'pass' && !isEmpty) expect(findings).not.toEqual([]);
      expect(backlog.every(({ severity }) => severity === 'minor')).toBe(true);
      expect(findings.every(({ severity }) => severity !== 'minor')).toBe(true);
    }
    expect(worlds).toHaveLength(3 * 5 * 4 * 2 * 4 * 2 * 3);
  });

  it('passes what is good, with its minor findings in the backlog', () => {
    expect(
      judgeModule(evidenceOf({ listed: ['minor'], locks: ['unlocked'], rows: ['yes', 'partly'] })),
    ).toEqual({
      verdict: 'pass',
      findings: [],
      backlog: [
        expect.objectContaining({ title: 'The lock storage is broken: all rows go through the store' }),
        findingOf('minor'),
        expect.objectContaining({ title: 'The contract is only partly fulfilled: login' }),
      ],
      reasons: [],
    });
  });

  it.each<[string, Partial<World>, QcVerdict, RegExp[], string[]]>([
    [
      'PASS over failing tests',
      { tests: 'fail' },
      'fail-major',
      [/^QC reports PASS, but the tests fail: exit code 1 after 0\.1 s$/],
      ['QC reports PASS although tests fail'],
    ],
    [
      'PASS over tests that never end',
      { tests: 'timeout' },
      'fail-major',
      [/did not end in time/],
      ['QC reports PASS although tests fail'],
    ],
    [
      'PASS over tests that cannot start',
      { tests: 'absent' },
      'fail-major',
      [/pytest was not found/],
      ['QC reports PASS although tests fail'],
    ],
    [
      'failing tests that QC tells of',
      { tests: 'fail', said: 'fail-major', listed: ['major'] },
      'fail-major',
      [/^the tests fail/, /^QC reports FAIL-MAJOR$/],
      ['The tests fail', 'Something major'],
    ],
    [
      'a stray file',
      { strays: ['package.json'] },
      'fail-major',
      [/^1 file outside of the module was changed: package\.json$/],
      ['A file outside of the module is changed: package.json'],
    ],
    [
      'many stray files',
      { strays: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
      'fail-major',
      [/^7 files outside of the module were changed: a, b, c, d, e and 2 more$/],
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((path) => `A file outside of the module is changed: ${path}`),
    ],
    [
      'nothing committed',
      { isCommitted: false },
      'fail-major',
      [/nothing is committed/],
      ['Nothing is committed'],
    ],
    [
      'a locked decision',
      { locks: ['locked'] },
      'fail-major',
      [/^1 lock is broken or could not be tested$/],
      ['The lock storage is broken: all rows go through the store'],
    ],
    [
      'a report that is too mild',
      { listed: ['major'] },
      'fail-major',
      [/^QC reports PASS, but its own findings require FAIL-MAJOR$/],
      ['Something major'],
    ],
    [
      'a contract that does not hold',
      { rows: ['no'] },
      'fail-major',
      [/^1 item of the contract is not fulfilled$/],
      ['The contract is not fulfilled: login'],
    ],
  ])('%s', (_, world, verdict, reasons, titles) => {
    const judged = judgeModule(evidenceOf(world));
    expect(judged.verdict).toBe(verdict);
    expect(judged.reasons).toHaveLength(reasons.length);
    for (const [index, pattern] of reasons.entries()) expect(judged.reasons[index]).toMatch(pattern);
    expect(judged.findings.map(({ title }) => title)).toEqual(titles);
  });

  it.each<[string, Partial<TestEvidence>, string | undefined]>([
    [
      'a deleted test',
      { losses: [{ kind: 'deleted', path: 'src/a.test.ts', titles: ['logs in'] }] },
      'A test file was deleted: src/a.test.ts',
    ],
    [
      'a skipped test',
      { losses: [{ kind: 'skipped', path: 'src/a.test.ts', line: 4, titles: [] }] },
      'Tests were newly skipped: src/a.test.ts',
    ],
    [
      'a test that the contract asks for',
      { missing: ['src/b.test.ts'] },
      'A test file that the contract asks for is missing or has no test: src/b.test.ts',
    ],
    ['no test that ran', { count: { run: 0, skipped: 3 } }, 'The test command passes, but no test ran'],
    ['no test file and no count', { hasTests: false }, 'The test command passes, but no test ran'],
    [
      'fewer tests than before',
      { count: { run: 9, skipped: 0 }, expected: 12 },
      'Fewer tests ran than before: 9, before 12',
    ],
    [
      'a count before and none now',
      { expected: 12 },
      'The test command passes, but its output does not say that a test ran; before: 12',
    ],
    ['no count before and none now', {}, undefined],
    ['as many tests as before', { count: { run: 12, skipped: 1 }, expected: 12 }, undefined],
    ['a count without a test file', { count: { run: 2, skipped: 0 }, hasTests: false }, undefined],
  ])('fails a module with %s', (_, given, title) => {
    const testEvidence = { losses: [], missing: [], hasTests: true, ...given };
    const { verdict, findings, reasons } = judgeModule({ ...evidenceOf({}), testEvidence });
    expect(verdict).toBe(title === undefined ? 'pass' : 'fail-major');
    expect(findings.map((finding) => finding.title)).toEqual(title === undefined ? [] : [title]);
    expect(reasons).toHaveLength(findings.length);
  });

  it.each<[string, Partial<ModuleEvidence>, string]>([
    [
      'a submodule at a commit of this worktree only',
      { unpublished: [{ path: 'lib/dep', from: 'a'.repeat(40), to: 'b'.repeat(40) }] },
      'A submodule is set to a commit that no remote is known to have: lib/dep',
    ],
    [
      'a nested repository',
      { nested: ['lib/dep'] },
      'A repository inside the repository is committed: lib/dep',
    ],
    ['hidden changes', { hidden: ['src/a.ts'] }, 'Git was told to overlook changes of a file: src/a.ts'],
  ])('fails a module with %s', (_, given, title) => {
    const { verdict, findings, reasons } = judgeModule({ ...evidenceOf({}), ...given });
    expect(verdict).toBe('fail-major');
    expect(findings.map((finding) => finding.title)).toEqual([title]);
    expect(reasons).toHaveLength(1);
  });

  it('passes a module whose agents were denied tools, and lists them', () => {
    const denied = [{ id: 'build-auth', tools: ['Bash(node --test)', 'Write(x)'] }];
    const { verdict, findings, backlog } = judgeModule({ ...evidenceOf({}), denied });
    expect({ verdict, findings }).toEqual({ verdict: 'pass', findings: [] });
    expect(backlog).toEqual([
      {
        severity: 'minor',
        title: 'The client denied tools to build-auth: Bash(node --test), Write(x)',
        detail: 'what its report says about them is not proved; the engine ran the tests itself',
      },
    ]);
  });

  it('does not count the tests of a command that fails', () => {
    const testEvidence = { losses: [], missing: [], hasTests: true, count: { run: 0, skipped: 0 } };
    const judged = judgeModule({
      ...evidenceOf({ tests: 'fail', said: 'fail-major', listed: ['major'] }),
      testEvidence,
    });
    expect(judged.findings.map(({ title }) => title)).toEqual(['The tests fail', 'Something major']);
  });

  it('passes a module whose tests failed once, and reports them as flaky with both outputs', () => {
    const failedBefore = { end: 'exit code 1 after 0.3 s', outputPath: '/run/qc/auth-tests.first.log' };
    const tests = { ...ends.pass, failedBefore, outputPath: '/run/qc/auth-tests.log' };
    const { verdict, findings, backlog } = judgeModule({ ...evidenceOf({}), tests });
    expect({ verdict, findings }).toEqual({ verdict: 'pass', findings: [] });
    expect(backlog).toEqual([
      {
        severity: 'minor',
        title: 'The tests are flaky',
        detail:
          'the test command failed and then passed without a change: exit code 1 after 0.3 s (/run/qc/auth-tests.first.log), then exit code 0 after 0.1 s (/run/qc/auth-tests.log)',
      },
    ]);
  });

  it('does not report tests that fail twice as flaky', () => {
    const failedBefore = { end: 'exit code 1 after 0.3 s', outputPath: '/run/qc/auth-tests.first.log' };
    const tests = { ...ends.fail, failedBefore, outputPath: '/run/qc/auth-tests.log' };
    const { findings, backlog } = judgeModule({ ...evidenceOf({}), tests });
    expect(backlog).toEqual([]);
    expect(findings.map(({ title }) => title)).toEqual(['QC reports PASS although tests fail']);
  });

  it('passes a module for which the check of a critical lock failed once, and reports the check as flaky', () => {
    const fault = { ...lock('critical'), detail: 'exit code 1, then exit code 0', flaky: true };
    const { verdict, findings, backlog } = judgeModule({ ...evidenceOf({}), lockFaults: [fault] });
    expect({ verdict, findings }).toEqual({ verdict: 'pass', findings: [] });
    expect(backlog).toMatchObject([
      {
        severity: 'minor',
        title: 'The check of the lock storage is flaky: all rows go through the store',
        detail: 'exit code 1, then exit code 0',
      },
    ]);
  });

  it('names the place of a broken lock', () => {
    const [finding] = judgeModule(evidenceOf({ locks: ['critical'] })).findings;
    expect(finding).toMatchObject({
      severity: 'critical',
      path: 'src/auth/db.ts',
      line: 7,
      detail: 'SQL was found',
    });
  });

  it('fails a module whose critical lock could not be tested, and halts nothing for it', () => {
    const lockFaults = [{ ...lock('critical'), untested: true }];
    const { verdict, findings } = judgeModule({ ...evidenceOf({}), lockFaults });
    expect(verdict).toBe('fail-major');
    expect(findings[0]).toMatchObject({
      severity: 'major',
      title: expect.stringContaining('could not be tested'),
    });
  });

  it.each([
    ['brain-secret', 'fail-major'],
    ['link-refused', 'fail-major'],
    ['file-too-large', 'fail-major'],
    ['brain-section', 'pass'],
    ['brain-too-long', 'pass'],
    ['brain-missing', 'pass'],
  ])('a brain file with %s: %s', (code, verdict) => {
    const path = '.orchestration/brains/builder-auth.md';
    const faults = [warn(code, 'it is not as it must be', { target: path, fix: 'fix it' })];
    const judged = judgeModule({ ...evidenceOf({}), brain: { path, faults } });
    expect(judged.verdict).toBe(verdict);
    const [found] = verdict === 'pass' ? judged.backlog : judged.findings;
    expect(found).toMatchObject({ severity: verdict === 'pass' ? 'minor' : 'major', path });
    expect(`${found?.title} ${found?.detail}`).toContain('it is not as it must be');
    expect(judged.reasons).toHaveLength(verdict === 'pass' ? 0 : 1);
  });

  it('tells of the form of a brain file in one finding', () => {
    const faults = ['a', 'b', 'c'].map((each) =>
      warn('brain-section', `section ${each}`, { target: each, fix: '' }),
    );
    const { backlog } = judgeModule({ ...evidenceOf({}), brain: { path: 'x.md', faults } });
    expect(backlog).toMatchObject([{ severity: 'minor', detail: 'section a; section b; section c' }]);
  });

  it('does not tell of a broken item that a finding tells of', () => {
    const told: Finding[] = [
      { severity: 'major', title: 'Login returns null' },
      { severity: 'critical', title: 'No password', path: 'src/auth/login.ts', line: 9 },
      { severity: 'minor', title: 'login is slow' },
    ];
    const findingsWith = (finding: Finding) =>
      judgeModule({
        ...evidenceOf({}),
        report: {
          verdict: 'pass',
          counts: countFindings([finding]),
          findings: [finding],
          conformance: [row('no')],
        },
      }).findings.map(({ title }) => title);
    expect(told.map(findingsWith)).toEqual([
      ['Login returns null'],
      ['No password'],
      ['The contract is not fulfilled: login'],
    ]);
  });

  it('is never better for one fault more', () => {
    const anyWorld = fc.record({
      said: fc.constantFrom(...options.said),
      listed: fc.array(fc.constantFrom(...SEVERITIES), { maxLength: 4 }),
      tests: fc.constantFrom('pass' as const, 'fail' as const),
      strays: fc.array(fc.string(), { maxLength: 2 }),
      locks: fc.array(fc.constantFrom('unlocked' as const, 'locked' as const, 'critical' as const), {
        maxLength: 2,
      }),
      isCommitted: fc.boolean(),
      rows: fc.array(fc.constantFrom('yes' as const, 'no' as const, 'partly' as const), { maxLength: 3 }),
    });
    const faults: ((world: World) => Partial<World>)[] = [
      ({ strays }) => ({ strays: [...strays, 'x'] }),
      ({ locks }) => ({ locks: [...locks, 'locked'] }),
      ({ listed }) => ({ listed: [...listed, 'major'] }),
      () => ({ isCommitted: false }),
      ({ rows }) => ({ rows: [...rows, 'no'] }),
    ];
    fc.assert(
      fc.property(anyWorld, fc.constantFrom(...faults), (world, fault) => {
        const worse: World = { ...world, ...fault(world) };
        const [before, after] = [world, worse].map((each) => judgeModule(evidenceOf(each)).verdict);
        expect(isWorse(before ?? 'pass', after ?? 'pass')).toBe(false);
      }),
    );
  });
});

describe('a module that QC cannot have reviewed', () => {
  it('fails if its worktree is not on its branch', () => {
    expect(judgeWrongBranch(['it is on feature-x'])).toEqual({
      verdict: 'fail-major',
      findings: [{ severity: 'major', title: 'it is on feature-x' }],
      backlog: [],
      reasons: ['it is on feature-x'],
    });
  });

  it('fails with the files that were committed during the review, at most 40 of them', () => {
    const paths = Array.from({ length: 41 }, (_, n) => `f${n}.ts`);
    const { verdict, findings, reasons } = judgeChangedBranch(paths);
    expect(verdict).toBe('fail-major');
    expect(findings[0]?.title).toContain('f39.ts');
    expect(findings[0]?.title).not.toContain('f40.ts');
    expect(reasons[0]).toMatch(/not reviewed$/);
  });
});

describe('what is recorded for the builder', () => {
  it('names how many findings are left out', () => {
    const findings = Array.from({ length: 42 }, (_, n): Finding => ({ severity: 'major', title: `F${n}` }));
    const recorded = limitFindings(findings);
    expect(recorded).toHaveLength(41);
    expect(recorded.at(-1)?.title).toBe('2 more findings are not listed here');
    expect(limitFindings(findings.slice(0, 40))).toHaveLength(40);
  });

  it('has a failing pre-commit hook with its output as the cause of uncommitted work', () => {
    const ended = (code: number, name: 'pre-commit' | 'commit-msg' = 'pre-commit') => ({
      ...evidenceOf({ isCommitted: false }),
      hook: { ...evidenceOf({}).tests, name, code, tail: 'lint: no\n', outputPath: '/r/qc/auth-hook.log' },
    });
    const { findings, reasons, verdict } = judgeModule(ended(7));
    expect(verdict).toBe('fail-major');
    expect(findings.map(({ title }) => title)).toContain(
      'The pre-commit hook of the project fails, so that a commit is refused',
    );
    expect(findings.map(({ detail }) => detail).join()).toMatch(/auth-hook\.log; the end of it: lint: no/);
    expect(reasons.join()).toContain('the pre-commit hook of the project fails: exit code 7');
    expect(judgeModule(ended(0)).reasons.join()).not.toContain('hook');
    const ofMessage = judgeModule(ended(7, 'commit-msg'));
    expect(ofMessage.reasons.join()).toContain('the commit-msg hook of the project fails: exit code 7');
    expect(ofMessage.findings.map(({ detail }) => detail).join()).toContain(
      'the engine ran it on the message of the last commit that was tried: exit code 7',
    );
  });
});
