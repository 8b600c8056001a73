import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BuildProgress } from '../../src/pipeline/drive/resume-build.io.ts';
import { MODULES } from '../harness/shop.mjs';
import { fingerprint, git, makeRepository } from '../hazards/git-scratch.ts';
import { followPipeline } from './harness/builder.ts';
import type { Call } from './harness/call.ts';
import { countParentTurns, parentCost } from './harness/cost.ts';
import { startTalk, type Talk } from './harness/person.ts';
import type { Answer } from './harness/reply.ts';
import type { PermissionDenial } from './harness/result.ts';
import { type Rig, useRig } from './harness/rig.ts';
import { buildShop, readBrief } from './harness/shop.ts';

const ENV = { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '128000' };
const LIMIT_MS = 600_000;

describe('a build in the real client', { timeout: LIMIT_MS }, () => {
  const rig = useRig();
  beforeEach(() => makeShop(rig));

  it('goes from the typed command to the merged base branch, by hooks and a human’s answers alone', async () => {
    const parent = followPipeline('A small shop');
    const script = (call: Call) => (call.agentId === undefined ? parent(call) : buildShop(call));
    const options = await rig.serve(script, ENV);
    const talk = startTalk({ ...options, limitMs: LIMIT_MS }, () => 'allow');
    const before = fingerprint(rig.sandbox.project);
    talk.say('/build-pipeline A small shop');
    const { said, denials } = await answerGates(talk, () => {
      expect(fingerprint(rig.sandbox.project)).toEqual(before);
    });
    await talk.close();
    expect(said.map((text) => /^\w+/.exec(text)?.[0])).toEqual(['ask', 'ask', 'done']);
    expect(said.at(-1)).toMatch(/Shipped to main at [0-9a-f]{12}, .* findings left open/);
    // No call was refused, and only the two gates asked the human.
    expect(denials).toEqual([]);
    expect(failures(rig.api.calls)).toEqual([]);
    expect(talk.questions.map(({ request }) => /gate approve (\w+)/.exec(String(request.input.command))?.[1]))
      // Agents in the order of the stages.
      .toEqual(['architect', 'ship']);
    expectShipped(rig);
    expectTrees(rig);
    // The session's coordinators dispatched the agents of the audit.
    const [, audit = ''] = rig.list();
    expect(rig.sao('status', audit)).toContain('46 of 46');
    expect(rig.api.calls.some(({ parentAgentId }) => parentAgentId !== undefined)).toBe(true);
    // Characters, of which a token has about four.
    expect(parentCost(rig.api.calls).total).toBeLessThan(36_000);
    expect(countParentTurns(rig.api.calls)).toBeLessThan(35);
  });
});

// A gate is opened in a terminal of one's own, which there is none of below a client's session.
describe('a build by sao run --driver claude', { timeout: LIMIT_MS }, () => {
  const rig = useRig();
  beforeEach(() => makeShop(rig));

  it('goes to the merged base branch, and has each agent write in its own tree alone', async () => {
    const isTrespasser = ({ task, turn }: Call) => readBrief(task)?.module === 'web' && turn === 0;
    await rig.serve((call) => (isTrespasser(call) ? trespass(call) : buildShop(call)), ENV);
    const { project } = rig.sandbox;
    const before = fingerprint(project);
    const go = async (...args: string[]) => {
      const { code, stdout, stderr } = await rig.drive([...args, '--driver', 'claude', '--json'], {
        env: ENV,
      });
      const { data } = JSON.parse(stdout) as { data?: BuildProgress };
      if (!data) throw new Error(`${stdout}\n${stderr}`);
      return { code, run: data.run, step: data.step };
    };
    const begun = await go('build', 'A small shop');
    expect(begun).toMatchObject({ code: 1, step: { kind: 'gate', stage: 'architect' } });
    rig.approve('architect', begun.run);
    expect(await go('run', begun.run)).toMatchObject({ code: 1, step: { kind: 'gate', stage: 'ship' } });
    expect(fingerprint(project)).toEqual(before);
    rig.approve('ship', begun.run);
    expect(await go('run', begun.run)).toMatchObject({ code: 0, step: { kind: 'done' } });
    expectShipped(rig);
    expectTrees(rig);
    // Only the forbidden writes of one module's builder and QC agent failed.
    const refused = failures(rig.api.calls);
    expect(refused).toHaveLength(4);
    for (const text of refused) expect(text).toMatch(/web may write .* and nothing else/);
  });

  /** Builds its module, and also writes into the user's checkout and into another module. */
  function trespass(call: Call): Answer {
    const { tools = [] } = buildShop(call);
    const paths = [rig.sandbox.project, readBrief(call.task)?.tree ?? ''].map((top) =>
      join(top, 'src/core/index.mjs'),
    );
    const writes = paths.map((file_path) => ({ name: 'Write', input: { file_path, content: 'mine' } }));
    return { tools: [...tools, ...writes] };
  }
});

/** A repository for a build of the shop. */
function makeShop({ sandbox }: Rig): void {
  const config = JSON.stringify({ build: { minPairs: 10 } });
  makeRepository({ 'README.md': '# Shop\n', '.orchestration/config.json': config }, sandbox.project);
}

/** Answers yes to each question of the parent until it is done; `look` runs at each question. */
async function answerGates(talk: Talk, look: () => void) {
  const said: string[] = [];
  const denials: PermissionDenial[] = [];
  for (;;) {
    const { result = '', permission_denials } = await talk.heard();
    said.push(result);
    denials.push(...permission_denials);
    if (!result.startsWith('ask')) return { said, denials };
    look();
    talk.say('Yes, go on.');
  }
}

/** The failed tool calls of the parent and of all agents. */
function failures(calls: readonly Call[]): string[] {
  return calls.flatMap(({ results }) => results).flatMap(({ isError, text }) => (isError ? [text] : []));
}

/** Expects all stages to be done and the base branch to contain the build. */
function expectShipped(rig: Rig): void {
  const { project } = rig.sandbox;
  const [run = ''] = rig.list();
  const stages = rig.sao('status', run).match(/^(?:done|now) .*/gm) ?? [];
  expect(stages.map((line) => line.split(/\s+/)[0])).toEqual(Array(8).fill('done'));
  expect(git(project, 'status', '--porcelain')).toBe('');
  for (const name of MODULES)
    expect(readFileSync(join(project, 'src', name, 'test.mjs'), 'utf8')).toContain(name);
  expect(readFileSync(join(project, 'CHANGELOG.md'), 'utf8')).toContain('1.0.0');
  const merged = rig.ledger(run).flatMap((entry) => (entry.type === 'module-merged' ? [entry.module] : []));
  expect(merged).toEqual(MODULES);
}

/** Expects, from the git calls of each builder, that it worked on the branch of its module. */
function expectTrees(rig: Rig): void {
  const [run = ''] = rig.list();
  for (const name of MODULES) {
    const own = rig.api.calls.filter(({ task }) => {
      const brief = readBrief(task);
      return brief?.role === 'builder' && brief.module === name;
    });
    const texts = own.flatMap(({ results }) => results.map(({ text }) => text)).join('\n');
    expect(texts).toContain(`${join(rig.runs, run, 'builds', name)}\norchestration/${run}/${name}`);
  }
}
