import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerGate, type GateAnswerContext } from '../../../../src/pipeline/gate/answer.io.ts';
import { createRun } from '../../../../src/run/ledger/create-run.io.ts';
import { appendEvents, readLedger } from '../../../../src/run/ledger/store.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { manifestOf, RUN } from '../../../harness/snapshots.ts';
import { commit, git, makeRepository } from '../../../hazards/git-scratch.ts';

const NOW = new Date('2026-01-02T03:10:00Z');
const BRANCH = `orchestration/${RUN}/integration`;

/** A build that waits at the ship gate: the engine has checked the head of its integration branch. */
function makeGate(ask: (project: string) => string | undefined) {
  const root = makeScratch();
  const project = makeRepository({ 'README.md': 'A shop\n' }, join(root, 'project'));
  git(project, 'branch', BRANCH);
  const runs = join(root, 'runs');
  mkdirSync(runs, { mode: 0o700 });
  const dir = createRun(runs, { ...manifestOf(), mode: 'build', project }, NOW);
  const hash = git(project, 'rev-parse', BRANCH).trim();
  appendEvents(
    dir,
    [{ type: 'stage-checked', stage: 'ship', by: 'shipper', ok: true, hash, faults: [] }],
    NOW,
  );
  const around: GateAnswerContext = {
    env: {},
    cwd: root,
    stdinIsTerminal: true,
    now: () => NOW,
    note: () => undefined,
    ask: async () => ask(project),
  };
  const answers = () => readLedger(dir).flatMap((entry) => (/^gate-/.test(entry.type) ? [entry] : []));
  return { dir, hash, around, answers };
}

const order = (dir: string) => ({ dir, run: RUN, stage: 'ship', action: 'approve', yes: false }) as const;

describe('an answer at the ship gate', () => {
  it('is recorded for exactly the commit that was shown', async () => {
    const { dir, hash, around, answers } = makeGate(() => 'yes');
    expect(await answerGate(order(dir), around)).toMatchObject({ ok: true });
    expect(answers()).toMatchObject([
      { type: 'gate-approved', stage: 'ship', hash, approval: { level: 'terminal' } },
    ]);
  });

  it('is refused if the branch moved while the human read', async () => {
    const { dir, around, answers } = makeGate((project) => {
      git(project, 'checkout', '-q', BRANCH);
      commit(project, { 'late.txt': 'not shown\n' }, 'Late');
      return 'yes';
    });
    expect(await answerGate(order(dir), around)).toMatchObject({ ok: false });
    expect(answers()).toEqual([]);
  });

  it.each([
    ['no', 'no'],
    ['nothing', undefined],
    ['another stage', 'architect'],
  ])('is no approval if the human types %s', async (_, typed) => {
    const { dir, around, answers } = makeGate(() => typed);
    expect(await answerGate(order(dir), around)).toMatchObject({ ok: false });
    expect(answers()).toEqual([]);
  });

  it.each([
    ['a session without a token', { env: { CLAUDECODE: '1' } }],
    ['an agent', { env: { SAO_AGENT_ID: 'a1' } }],
    ['a call without a terminal', { stdinIsTerminal: false }],
  ])('is refused from %s', async (_, more) => {
    const { dir, around, answers } = makeGate(() => 'yes');
    expect(await answerGate(order(dir), { ...around, ...more })).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'human-required' }],
    });
    expect(answers()).toEqual([]);
  });
});
