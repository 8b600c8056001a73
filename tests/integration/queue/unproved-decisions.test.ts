import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBuild } from '../../harness/sao.ts';
import { codeTask, WorkBench } from '../../harness/work-bench.ts';

const sao = findBuild().path;

/** A queue with a task that is blocked by a question for a human, one in a phase that waits for an approval, and an open one. */
function prepare() {
  const bench = new WorkBench(sao);
  const phases = [
    { id: 'main', mode: 'parallel', integration: { approval: 'human' } },
    { id: 'next', mode: 'parallel' },
  ];
  bench.dispatch([codeTask('one'), codeTask('late', { phase: 'next' })], { phases });
  const path = join(bench.home, 'state/sao/queues/default/events.jsonl');
  const batches = () =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; at: number; events: object[] });
  /** Writes an event by hand, as a program would that knows the format. */
  const write = (event: object) => {
    const { seq, at } = batches().at(-1) ?? { seq: 0, at: 0 };
    appendFileSync(path, `${JSON.stringify({ v: 1, seq: seq + 1, at: at + 1, events: [event] })}\n`);
  };
  const stateOf = (id: string) => bench.json('task', 'show', `i1.${id}`).data.task.state as string;
  const lint = () => bench.json('queue', 'lint');
  return { bench, path, batches, write, stateOf, lint };
}
type World = ReturnType<typeof prepare>;

/** The claim of the next task. */
const claim = ({ bench }: World) => bench.json('queue', 'claim', '--repo', 'app').data.token as string;
const block = (world: World) =>
  world.bench.json('queue', 'block', claim(world), '--question', 'Which?', '--for', 'human');
const finish = (world: World) =>
  world.bench.json('queue', 'complete', claim(world), '--commit', 'a'.repeat(40));

/** A record with all fields that a real one has. */
const recordOf = ({ batches }: World, stage: string, action: string) => ({
  approval: {
    ...{
      run: `queue ${(batches()[0]?.events[0] as { id?: string })?.id}`,
      project: 'x',
      stage,
      action,
      hash: 'f'.repeat(64),
    },
    ...{ at: '2026-01-01T00:00:00.000Z', by: 'ada', level: 'terminal' },
  },
  seal: 'f'.repeat(64),
});

const CASES: readonly [
  string,
  (world: World) => unknown,
  object,
  string,
  string,
  (world: World) => string,
  string,
][] = [
  [
    'an answer for a human',
    block,
    { type: 'blocker-resolved', blocker: 'b1', answer: 'A', by: 'ada' },
    'blocker/b1',
    'answer',
    ({ stateOf }) => stateOf('one'),
    'blocked',
  ],
  [
    'a completion by hand',
    () => undefined,
    { type: 'completed-by-hand', task: 'i1.one', reason: 'done', by: 'ada' },
    'task/i1.one',
    'complete',
    ({ stateOf }) => stateOf('one'),
    'ready',
  ],
  [
    'the drop of an idea',
    () => undefined,
    { type: 'idea-dropped', idea: 'i1', reason: 'not needed', by: 'ada' },
    'idea/i1',
    'drop',
    ({ stateOf }) => stateOf('one'),
    'ready',
  ],
  [
    "the approval of a phase's integration",
    finish,
    { type: 'phase-approved', idea: 'i1', phase: 'main', hash: 'f'.repeat(64), by: 'ada' },
    'phase/i1/main',
    'approve',
    ({ stateOf }) => stateOf('late'),
    'waiting',
  ],
];

describe('a decision of a human that a program wrote into the events by hand', { timeout: 60_000 }, () => {
  it.each(CASES)('%s counts as none and is named', (_, before, event, stage, action, look, state) => {
    const world = prepare();
    before(world);
    expect(world.lint()).toMatchObject({ code: 0, data: { faults: [] } });
    world.write(event);
    world.write({ ...event, ...recordOf(world, stage, action) });
    expect(look(world)).toBe(state);
    const { code, data } = world.lint();
    expect(code).toBe(1);
    expect(data.faults).toMatchObject([
      { stage, action, reason: expect.stringMatching(/no record/) },
      { stage, action, reason: expect.stringMatching(/something else|valid seal/) },
    ]);
    expect(data.lines[0]).toContain(`${action} ${stage} counts as none`);
  });

  it('counts once where a human has made it, and a copy of it later counts as none', () => {
    const world = prepare();
    const { bench, batches, write, stateOf, lint } = world;
    block(world);
    expect(bench.person('blocker', 'resolve', 'b1', '--answer', 'A', '--yes').code).toBe(0);
    expect(stateOf('one')).toBe('ready');
    expect(lint().code).toBe(0);
    write(batches().at(-1)?.events[0] ?? {});
    expect(lint().data.faults).toMatchObject([
      { stage: 'blocker/b1', reason: expect.stringContaining('copy') },
    ]);
  });

  it('ends an idea and its tasks where a human has dropped it', () => {
    const { bench, stateOf, lint } = prepare();
    expect(bench.person('idea', 'drop', 'i1', '--reason', 'not needed', '--yes').code).toBe(0);
    expect(stateOf('one')).toBe('cancelled');
    expect(lint()).toMatchObject({ code: 0, data: { faults: [] } });
  });

  it('counts as none if its answer, reason or task was changed after it was approved', () => {
    const world = prepare();
    const { bench, path, stateOf, lint } = world;
    block(world);
    bench.person('blocker', 'resolve', 'b1', '--answer', 'Keep the data', '--yes');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('"answer":"Keep the data"', '"answer":"Drop the data"'),
    );
    expect(stateOf('one')).toBe('blocked');
    expect(lint().data.faults).toMatchObject([
      { stage: 'blocker/b1', reason: 'its record is about something else' },
    ]);
  });

  it('counts as none below the level that the user demands now, and again after the demand', () => {
    const world = prepare();
    const { bench, stateOf } = world;
    bench.person('task', 'complete', 'i1.one', '--reason', 'done', '--yes');
    expect(stateOf('one')).toBe('done');
    bench.configure({ approvals: 'signed' });
    expect(stateOf('one')).toBe('ready');
    expect(world.lint().data.lines[0]).toContain('demands a stronger proof');
    bench.configure({});
    expect(stateOf('one')).toBe('done');
  });

  it('is not taken from a snapshot that a program wrote by hand', () => {
    const world = prepare();
    const { bench, path, stateOf, lint, write } = world;
    block(world);
    const snapshot = join(path, '..', 'snapshot.json');
    // Enough batches for a snapshot.
    for (let count = 0; count < 1_000; count += 1)
      write({ type: 'noted', task: 'i1.one', from: 'a', to: '', text: 'x' });
    expect(stateOf('one')).toBe('blocked');
    const text = readFileSync(snapshot, 'utf8');
    const forged = text.replace('\\"state\\":\\"blocked\\"', '\\"state\\":\\"done\\"');
    expect(forged).not.toBe(text);
    writeFileSync(snapshot, forged);
    expect(stateOf('one')).toBe('blocked');
    expect(lint().code).toBe(0);
    expect(bench.json('queue', 'check').data.ready).toBe(0);
  });
});
