import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../../../src/run/dispatch/snapshot.io.ts';
import { createRun } from '../../../../src/run/ledger/create-run.io.ts';
import type { Plan } from '../../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { planHash, readPlanFile, replacePlan, writePlanFile } from '../../../../src/run/ledger/store.io.ts';
import { onAgentCall } from '../../../../src/session/hooks/dispatch.io.ts';
import { onWrite } from '../../../../src/session/hooks/files.io.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { BuildRun, decisionOf, RUN } from '../../../harness/build-run.ts';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { manifestOf } from '../../../harness/snapshots.ts';

const NOW = new Date('2026-01-02T03:04:05Z');

function editJson<Value>(path: string, edit: (value: Value) => void): void {
  const value = JSON.parse(readFileSync(path, 'utf8')) as Value;
  edit(value);
  writeFileSync(path, JSON.stringify(value));
}

describe('a plan of a build that was edited in the folder of the run', () => {
  const dispatch = (run: BuildRun, id: string) =>
    decisionOf(onAgentCall(run.call('Agent', { prompt: `sao:${RUN}/${id}` }), run.env, new Date()));

  it('starts no agent, neither an edited one nor an added one nor another', () => {
    const run = new BuildRun();
    expect(dispatch(run, 'architect').decision).toBe('allow');
    editJson(join(run.dir, 'plan.json'), ({ agents }: { agents: object[] }) => {
      for (let n = 0; n < 100; n += 1) agents.push({ ...agents[0], id: `extra-${n}`, model: 'opus' });
    });
    for (const id of ['extra-7', 'build-auth'])
      expect([id, dispatch(run, id)]).toMatchObject([
        id,
        { decision: 'deny', reason: expect.stringContaining('is not the plan that was accepted') },
      ]);
  });

  it('gives a running agent no further rights', () => {
    const run = new BuildRun();
    const by = run.by('build-auth', run.project);
    const write = () =>
      decisionOf(
        onWrite(run.call('Write', { file_path: join(run.dir, 'builds', 'auth', 'x.md') }, by), run.env),
      );
    expect(write().decision).toBe('deny');
    editJson(join(run.dir, 'plan.json'), ({ agents }: { agents: { writes: string[] }[] }) => {
      for (const agent of agents) agent.writes = ['**'];
    });
    expect(write).toThrow(/not the plan that was accepted/);
  });
});

describe('a manifest that contradicts the ledger', () => {
  it.each([
    ['mode', 'build'],
    ['project', '/elsewhere'],
  ])('is damaged: its %s', (key, value) => {
    const bench = new Bench(findBuild().path);
    const { id, dir } = bench.plan(domainsOf([2]));
    editJson(join(dir, 'run.json'), (manifest: object) => Object.assign(manifest, { [key]: value }));
    for (const args of [
      ['next', id],
      ['status', id],
      ['workflow', id],
    ])
      expect([args, bench.callWarm(...args)]).toMatchObject([
        args,
        { code: 3, stderr: expect.stringContaining('its mode or project is not the one in the ledger') },
      ]);
  });
});

describe('the plan of the ledger', () => {
  const planNamed = (task: string): Plan => ({ version: 1, task, domains: [], agents: [], waves: [] });
  const eventsOf = (hash: string): RunEvent[] => [
    { type: 'plan-extended', stage: 'build', agents: ['a'], hash },
  ];
  const make = () => createRun(makeScratch(), { ...manifestOf(), mode: 'build' }, NOW);
  const taskIn = (dir: string) => readSnapshot(dir, NOW).plan?.task;

  it('is found after a crash at any point of its replacement', () => {
    const dir = make();
    replacePlan(dir, planNamed('one'), eventsOf, NOW);
    // Before the event: the new plan counts for nothing.
    writePlanFile(dir, planNamed('two'), 'plan-next.json');
    expect([taskIn(dir), readSnapshot(dir, NOW).planChanged]).toEqual(['one', undefined]);
    // After the event, before the file has its name.
    replacePlan(dir, planNamed('two'), eventsOf, NOW);
    renameSync(join(dir, 'plan.json'), join(dir, 'plan-next.json'));
    writePlanFile(dir, planNamed('one'));
    expect([taskIn(dir), readSnapshot(dir, NOW).planChanged]).toEqual(['two', undefined]);
    replacePlan(dir, planNamed('three'), eventsOf, NOW);
    expect(existsSync(join(dir, 'plan-next.json'))).toBe(false);
    expect(planHash(unwrap(readPlanFile(dir)) ?? planNamed(''))).toBe(planHash(planNamed('three')));
  });

  it('is not one that was put into the folder before there was any', () => {
    const dir = make();
    writePlanFile(dir, planNamed('planted'));
    expect(readSnapshot(dir, NOW).planChanged).toBe(true);
  });

  it('of an older version has no hash, and counts', () => {
    const dir = make();
    const old: RunEvent = { type: 'plan-extended', stage: 'build', agents: ['a'] };
    replacePlan(dir, planNamed('old'), () => [old], NOW);
    expect(readSnapshot(dir, NOW).planChanged).toBeUndefined();
  });
});
