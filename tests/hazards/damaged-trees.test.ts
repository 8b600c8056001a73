import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src/run/ledger/run-event.ts';
import { Shop } from '../harness/builds.ts';
import { findBuild } from '../harness/sao.ts';
import { isFullScale } from '../harness/scale.ts';
import { commitsOfRun, DAMAGE, missingCommits } from '../harness/tree-damage.ts';
import { git } from './git-scratch.ts';

const built = findBuild();

/** What the ledger says when a stage has begun. */
const STAGES: [stage: string, hasBegun: (entry: LedgerEntry) => boolean][] = [
  ['architect', ({ type }) => type === 'build-begun'],
  ['bootstrap', (entry) => entry.type === 'dispatched' && entry.agent === 'trainer'],
  ['scaffold', (entry) => entry.type === 'dispatched' && entry.agent === 'scaffold'],
  ['build', (entry) => entry.type === 'dispatched' && entry.agent === 'build-core'],
  ['assemble', ({ type }) => type === 'module-judged'],
  ['harden', ({ type }) => type === 'harden-begun'],
  ['ship', (entry) => entry.type === 'dispatched' && entry.agent === 'shipper'],
  ['curate', ({ type }) => type === 'shipped'],
];

/** Carries the build on until the event, and kills its engine there. Answers the gates on the way. */
async function carryTo(shop: Shop, hasBegun: (entry: LedgerEntry) => boolean): Promise<void> {
  const isThere = () => shop.locate() && shop.ledger().some(hasBegun);
  for (let calls = 0; calls < 6 && !isThere(); calls += 1)
    if (!(await shop.killWhen(isThere)) && !isThere()) approveOpenGate(shop);
  expect(isThere()).toBe(true);
}

function approveOpenGate(shop: Shop): void {
  const { step } = shop.carryOn();
  if (step.kind !== 'gate') throw new Error(`stuck: ${JSON.stringify(step)}`);
  shop.approve(step.stage);
}

function finish(shop: Shop): void {
  for (let calls = 0; calls < 5; calls += 1) {
    const { step } = shop.carryOn();
    if (step.kind === 'done') return;
    if (step.kind !== 'gate') throw new Error(`stuck: ${JSON.stringify(step)}`);
    shop.approve(step.stage);
  }
  throw new Error('it never came to its end');
}

/** Damages the integration worktree and, if there is one, that of the module. */
function damage({ project, trees, run }: Shop, kind: string): void {
  const modules = git(project, 'branch', '--list', `orchestration/${run}/core`) === '' ? [] : ['core'];
  for (const module of ['integration', ...modules]) DAMAGE[kind]?.({ project, trees, run, module });
}

// The default scale damages one build in several stages: tests/integration/pipeline/durable-build.test.ts.
describe.runIf(isFullScale).each(STAGES)(
  'a build whose engine is killed in %s',
  { timeout: 1_800_000 },
  (stage, hasBegun) => {
    const shop = new Shop(built.path, { modules: ['core'], place: 'durable', lifetime: 'kept' });
    let restore: () => void;
    let trees = '';
    let commits: string[] = [];
    beforeAll(async () => {
      await carryTo(shop, hasBegun);
      trees = dirname(shop.trees);
      commits = commitsOfRun(shop.project, shop.run);
      restore = shop.save();
    });
    afterAll(() => {
      shop.discard();
      rmSync(trees, { recursive: true, force: true });
    });

    it.each(Object.keys(DAMAGE))('comes to its end and loses no commit, after %s', (kind) => {
      restore();
      damage(shop, kind);
      finish(shop);
      expect(missingCommits(shop.project, commits)).toEqual([]);
      expect(git(shop.project, 'show', 'main:src/core/test.mjs')).toContain('core');
      expect(git(shop.project, 'fsck', '--connectivity-only')).not.toMatch(/error|missing/);
    });

    it('continues from its branches, or says that nothing is left, after all of its folders are removed', () => {
      restore();
      for (const folder of [shop.runs, trees]) rmSync(folder, { recursive: true });
      const { stdout } = shop.call('build', '--resume', shop.run, '--json');
      const answer = JSON.parse(stdout) as { ok: boolean; diagnostics: { code: string; fix?: string }[] };
      // Before the contract is committed and after the merge into the base branch, no work is left to continue.
      if (stage === 'architect' || stage === 'curate')
        expect(answer.diagnostics).toMatchObject([
          { code: 'build-nothing-left', fix: expect.stringContaining('sao build') },
        ]);
      else {
        finish(shop);
        expect(git(shop.project, 'show', 'main:src/core/test.mjs')).toContain('core');
      }
      expect(missingCommits(shop.project, commits)).toEqual([]);
    });
  },
);
