import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBuild } from '../../harness/sao.ts';
import { codeTask, WorkBench } from '../../harness/work-bench.ts';

const sao = findBuild().path;

/** A queue with an approved idea of two ready tasks, and its file of events. */
function prepare() {
  const bench = new WorkBench(sao);
  bench.dispatch([codeTask('one', { criteria: ['it adds'] }), codeTask('two')]);
  const path = join(bench.home, 'state/sao/queues/default/events.jsonl');
  const change = (make: (text: string) => string) => {
    const before = readFileSync(path, 'utf8');
    const after = make(before);
    expect(after).not.toBe(before);
    writeFileSync(path, after);
  };
  const write = (...events: object[]) => {
    const { seq, at } = JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '');
    appendFileSync(path, `${JSON.stringify({ v: 1, seq: seq + 1, at: at + 1, events })}\n`);
  };
  return { bench, path, change, write };
}

/** Changes a text of task `one` in the events of these types. */
const inEvents =
  (types: readonly string[], from: string, to: string) =>
  (text: string): string =>
    text
      .split('\n')
      .map((line) =>
        types.some((type) => line.includes(`"type":"${type}"`)) ? line.replace(from, to) : line,
      )
      .join('\n');

describe('a task that was changed after its approval', { timeout: 60_000 }, () => {
  it.each([
    [
      'its criteria where the tasks were made',
      ['tasks-created'],
      '"it adds"',
      '"it runs x"',
      'is not as the approved plan has it',
    ],
    [
      'its title in plan and task',
      ['tasks-created', 'idea-planned'],
      '"it adds"',
      '"it runs x"',
      'no human has approved',
    ],
  ])('is not handed out, and is named: %s', (_, types, from, to, reason) => {
    const { bench, change } = prepare();
    expect(bench.json('queue', 'lint')).toMatchObject({ code: 0, data: { lines: ['no faults'] } });
    change(inEvents(types, from, to));
    const lint = bench.json('queue', 'lint');
    expect(lint).toMatchObject({
      code: 1,
      data: { tasks: expect.arrayContaining([{ task: 'i1.one', reason: expect.stringContaining(reason) }]) },
    });
    const claim = bench.json('queue', 'claim', 'i1.one', '--repo', 'app');
    expect(claim).toMatchObject({ code: 1, data: { task: null, obstacles: { 'not-approved': 1 } } });
    const handoff = bench.call('task', 'handoff', 'i1.one');
    expect(handoff.code).toBe(2);
    expect(handoff.stdout + handoff.stderr).toContain('task i1.one is not handed out');
  });

  it('keeps no other task from being handed out', () => {
    const { bench, change } = prepare();
    change(inEvents(['tasks-created'], '"it adds"', '"it runs x"'));
    expect(bench.json('queue', 'claim', '--repo', 'app')).toMatchObject({
      code: 0,
      data: { task: { id: 'i1.two' } },
    });
    expect(bench.call('task', 'handoff', 'i1.two').code).toBe(0);
  });
});

describe('an idea whose approval a program wrote by hand', { timeout: 60_000 }, () => {
  it('is shown as not approved, and its tasks are not handed out', () => {
    const { bench, write, path } = prepare();
    const planned =
      readFileSync(path, 'utf8')
        .split('\n')
        .find((line) => line.includes('"idea-planned"')) ?? '';
    const { plan, hash } = JSON.parse(planned.replaceAll('i1', 'i2')).events.find(
      (event: { type: string }) => event.type === 'idea-planned',
    );
    write({ type: 'idea-created', idea: 'i2', title: 'Other', body: '', by: 'x' });
    write({ type: 'idea-planned', idea: 'i2', plan, hash, by: 'x' });
    write({ type: 'idea-approved', idea: 'i2', hash, by: 'x' });
    const { code, stdout } = bench.call('idea', 'show', 'i2');
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toContain('(approved, but the approval does not count, plan ');
    expect(stdout).toContain('approved: does not count: ');
    expect(bench.call('idea', 'list').stdout).toMatch(/^i2 {2}unproved/m);
    write(
      { type: 'tasks-created', idea: 'i2', phases: plan.phases, tasks: plan.tasks },
      { type: 'idea-executed', idea: 'i2', by: 'x' },
      { type: 'tasks-dispatched', tasks: ['i2.one', 'i2.two'], by: 'x' },
    );
    expect(bench.json('queue', 'claim', 'i2.one', '--repo', 'app')).toMatchObject({
      code: 1,
      data: { task: null },
    });
    expect(bench.call('task', 'handoff', 'i2.one').code).toBe(2);
  });
});

it('an approval shows each text that the agent of a task reads', () => {
  const bench = new WorkBench(sao);
  bench.json('queue', 'init');
  bench.json('idea', 'create', 'Sums');
  const plan = join(bench.home, 'plan.json');
  bench.write(
    plan,
    JSON.stringify({
      version: 1,
      repo: 'app',
      branch: 'feat/parts',
      phases: [{ id: 'main', mode: 'parallel' }],
      tasks: [codeTask('one', { context: 'Sums are wrong.', criteria: ['it adds'], paths: ['src/sum.js'] })],
    }),
  );
  expect(bench.json('idea', 'plan', 'i1', plan).codes).toEqual([]);
  const { stdout, stderr } = bench.personTyping('n\n', 'idea', 'approve', 'i1');
  for (const text of ['context: Sums are wrong.', 'criterion: it adds', 'paths: src/sum.js'])
    expect(stdout + stderr).toContain(text);
});
