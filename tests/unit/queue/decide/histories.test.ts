import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideClaim } from '../../../../src/queue/decide/claim.ts';
import { decideRenew } from '../../../../src/queue/decide/settle.ts';
import { claimOf, MemoryQueue, taskOf } from '../../../harness/queue.ts';
import { QueueModel, shapeArbitrary, stepArbitrary } from '../../../harness/queue-model.ts';
import { type Actor, makeStep, specsOf } from '../../../harness/queue-steps.ts';
import { scaled } from '../../../harness/scale.ts';

function actorOf(queue: MemoryQueue): Actor {
  const find = (token: string) => queue.leases.find((lease) => lease.token === token);
  return {
    decide: async (make) => queue.act(make),
    async renew(token) {
      const checked = decideRenew(queue.view(), token);
      const lease = find(token);
      if (checked.ok && lease) lease.until = queue.now + 10_000;
      return checked;
    },
    async lapse(token) {
      const lease = find(token);
      if (lease) lease.until = queue.now;
    },
    async blocked() {
      const open = [...queue.state.blockers.values()].filter(({ answer }) => answer === undefined);
      // The model answers the first blocked task of the list.
      open.sort((a, b) => a.task.localeCompare(b.task));
      return open[0] && { blocker: open[0].id, task: open[0].task };
    },
  };
}

function tryClaim(queue: MemoryQueue, held: string[]): void {
  const claimed = queue.act((view) => decideClaim(view, claimOf('e', { slots: 1_000 })));
  if (claimed.ok && claimed.value.task) held.push(claimed.value.token);
}

function complete(queue: MemoryQueue, token: string): void {
  const task = queue.state.tokens.get(token) ?? '';
  queue.write({ type: 'completed', task, token, evidence: { commit: '', text: 'x' } });
  queue.leases = queue.leases.filter((lease) => lease.token !== token);
}

/** The limits that running tasks pass, each with its count. */
function countOver(queue: MemoryQueue, limits: { perRepo: number; perTeam: number }): string[] {
  const counts = new Map<string, number>();
  for (const id of queue.state.claimed) {
    const spec = queue.state.tasks.get(id)?.spec;
    const names = [`repo ${spec?.repo}`, `team ${spec?.team}`, ...(spec?.uses ?? [])];
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const bounds = new Map([
    ...['repo x', 'repo y'].map((name) => [name, limits.perRepo] as const),
    ...['team a', 'team b', 'team c'].map((name) => [name, limits.perTeam] as const),
    ['deploy', 2] as const,
    ['api', 1] as const,
  ]);
  return [...counts].flatMap(([name, count]) =>
    count > (bounds.get(name) ?? Number.POSITIVE_INFINITY) ? [`${name}: ${count}`] : [],
  );
}

describe('random histories', () => {
  it('answer as the model does, step by step', async () => {
    await fc.assert(
      fc.asyncProperty(shapeArbitrary, fc.array(stepArbitrary, { maxLength: 60 }), async (shape, steps) => {
        const model = new QueueModel(shape);
        const queue = new MemoryQueue(specsOf(model));
        const actor = actorOf(queue);
        const tokens: string[] = [];
        for (const [n, step] of steps.entries())
          expect([n, step, await makeStep(actor, tokens, step)]).toEqual([n, step, model.step(step)]);
        expect(queue.leases.length).toBe(model.tasks.filter(({ is }) => is === 'held').length);
      }),
      { numRuns: scaled(400, 20_000) },
    );
  });

  const teams = ['a', 'b', 'c'];
  const taskArbitrary = fc.record({
    team: fc.constantFrom('', ...teams),
    repo: fc.constantFrom('x', 'y'),
    uses: fc.constantFrom<string[]>([], ['deploy'], ['deploy', 'api']),
  });

  it('never pass a limit', () => {
    fc.assert(
      fc.property(
        fc.array(taskArbitrary, { minLength: 1, maxLength: 30 }),
        fc.array(fc.oneof(fc.constant('claim' as const), fc.nat(20)), { maxLength: 60 }),
        fc.record({ perRepo: fc.integer({ min: 1, max: 4 }), perTeam: fc.integer({ min: 1, max: 3 }) }),
        (tasks, steps, limits) => {
          const queue = new MemoryQueue(tasks.map((task, n) => taskOf(`t${n}`, task)));
          queue.write({ type: 'queue-set', limits, by: 'ada' });
          queue.write({ type: 'capacity-changed', resource: 'deploy', from: 0, to: 2, by: 'ada' });
          queue.write({ type: 'capacity-changed', resource: 'api', from: 0, to: 1, by: 'ada' });
          const held: string[] = [];
          for (const step of steps) {
            if (step === 'claim') tryClaim(queue, held);
            else if (held.length > 0) complete(queue, held.splice(step % held.length, 1)[0] ?? '');
            expect(countOver(queue, limits)).toEqual([]);
          }
        },
      ),
      { numRuns: scaled(300, 100_000) },
    );
  });

  it('let teams of 1,000 and 10 tasks take turns', () => {
    const counts = [1_000, 10, 10, 10];
    const tasks = counts.flatMap((count, team) =>
      Array.from({ length: count }, (_, n) => taskOf(`${team}-${n}`, { team: `team-${team}` })),
    );
    for (const slots of [1, 4, 16]) {
      const queue = new MemoryQueue(tasks);
      const held: string[] = [];
      const order: number[] = [];
      while (order.length < 60) {
        const claimed = queue.claim('e', { slots: 1_000 });
        held.push(claimed.token);
        order.push(Number(claimed.task?.spec.team.slice(5)));
        if (held.length < slots) continue;
        complete(queue, held.shift() ?? '');
      }
      // While all have tasks left, each round of four claims serves each team once.
      for (let round = 0; round < 10; round += 1)
        expect([slots, round, order.slice(round * 4, round * 4 + 4).sort()]).toEqual([
          slots,
          round,
          [0, 1, 2, 3],
        ]);
    }
  });
});
