import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit } from '../../../../src/run/dispatch/admit.ts';
import { decideNext } from '../../../../src/run/dispatch/next.ts';
import { decideDomain } from '../../../../src/run/dispatch/next-tiered.ts';
import {
  dispatchersOf,
  endLostAttempts,
  gapsOf,
  runningLoad,
  type Snapshot,
} from '../../../../src/run/dispatch/standing.ts';
import { DEFAULT_LIMITS, type Plan, type PlannedAgent } from '../../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import type { Verdict } from '../../../../src/run/outputs/sentinel.ts';
import { isWithin } from '../../../../src/run/plan/waves.ts';
import { scaled } from '../../../harness/scale.ts';
import { confirmed, dispatched, planOf, returned, snapshotOf } from '../../../harness/snapshots.ts';

const tiered: RunEvent[] = [...confirmed, { type: 'driver-chosen', driver: 'tiered', by: 'engine' }];
type Fate = 'done' | 'missing' | 'limited';

/** Coordinators that ask in any order, each doing what it is told. */
class Tier {
  readonly plan: Plan;
  readonly events: RunEvent[] = [...tiered];
  readonly verdicts: Record<string, Verdict> = {};
  most = 0;
  private readonly fates: Fate[];
  private readonly under = new Map<string, string[]>();
  constructor(plan: Plan, fates: Fate[]) {
    this.plan = plan;
    this.fates = [...fates];
  }
  look(): Snapshot {
    const { plan, events, verdicts } = this;
    return snapshotOf({ plan, events, verdicts, after: events.length * 1000 });
  }
  /** Advances one of the coordinators; false once all of them have ended. */
  step(choice: number): boolean {
    const open = dispatchersOf(this.plan, this.look().state).filter(({ id }) => this.verdicts[id] !== 'done');
    const one = open[choice % Math.max(1, open.length)];
    if (!one) return false;
    // It waits for all the workers that it started, then asks again.
    const ended = this.under.get(one.id)?.shift();
    if (ended !== undefined) this.end(ended);
    else this.ask(one);
    return true;
  }
  private ask(coordinator: PlannedAgent): void {
    const action = decideDomain(this.look(), this.plan, coordinator);
    if (action.action === 'coordinate') this.end(coordinator.id, 'done');
    const ids = (action.agents ?? []).map(({ id }) => id);
    for (const id of ids) this.start(id);
    this.under.set(coordinator.id, ids);
  }
  start(id: string): void {
    const admission = admit(this.look(), id);
    if (!admission.ok) throw new Error(`${id}: ${admission.reason}`);
    this.events.push({ ...dispatched(id, admission.attempt), driver: 'tiered' } as RunEvent);
    const load = runningLoad(this.look(), DEFAULT_LIMITS);
    expect(isWithin(load, DEFAULT_LIMITS)).toBe(true);
    this.most = Math.max(this.most, load.count);
  }
  end(id: string, fate: Fate = this.fates.pop() ?? 'done'): void {
    const attempt = this.look().state.agents.get(id)?.running?.attempt ?? 1;
    if (fate === 'limited') this.events.push({ type: 'rate-limited', agent: id, attempt, waitMs: 0 });
    else {
      this.verdicts[id] = fate;
      this.events.push(returned(id, fate, attempt));
    }
  }
}

const domainsOf = (sizes: readonly number[]) =>
  sizes.map((size, d) => ({
    id: `d${d}`,
    workers: Array.from({ length: size }, (_, n) => ({
      task: `Look at ${n}`,
      model: (['haiku', 'sonnet', 'opus'] as const)[(n + d) % 3],
    })),
  }));

describe('a tiered run', () => {
  it('starts the coordinators alone, and they take places but none of the models’ rate', () => {
    const plan = planOf(domainsOf([8, 8, 7, 7]));
    const snapshot = snapshotOf({ plan, events: tiered });
    const action = decideNext(snapshot, 'tiered');
    expect(action.agents?.map(({ id }) => id)).toEqual(['coord-d0', 'coord-d1', 'coord-d2', 'coord-d3']);
    const events = [...tiered, ...['coord-d0', 'coord-d1'].map((id) => dispatched(id))];
    expect(runningLoad(snapshotOf({ plan, events }), DEFAULT_LIMITS)).toEqual({
      weight: 0,
      commands: 0,
      count: 2,
    });
  });

  it('never exceeds its capacity, never refuses what it offered, and ends for any fate of its agents', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    const fates = fc.array(fc.constantFrom<Fate>('done', 'done', 'done', 'missing', 'limited'), {
      maxLength: 60,
    });
    const order = fc.infiniteStream(fc.nat({ max: 1000 }));
    fc.assert(
      fc.property(sizes, fates, order, (size, fate, choices) => {
        const tier = new Tier(planOf(domainsOf(size)), fate);
        for (const { id } of decideNext(tier.look(), 'tiered').agents ?? []) tier.start(id);
        let steps = 0;
        for (const choice of choices) {
          if (!tier.step(choice)) break;
          steps += 1;
          expect(steps).toBeLessThan(5000);
        }
        const last = tier.look();
        expect(endLostAttempts(last)).toEqual([]);
        // The parent starts the coordinators above the domains.
        const below = tier.plan.agents.filter(({ domain }) => domain !== 'all');
        const missing = below.filter(({ id }) => tier.verdicts[id] !== 'done').map(({ id }) => id);
        expect(gapsOf(last).map(({ id }) => id)).toEqual(missing);
        expect(tier.most).toBeLessThanOrEqual(DEFAULT_LIMITS.total);
      }),
      { numRuns: scaled(25, 200) },
    );
  });

  it('counts a coordinator’s time from the last of its workers', () => {
    const plan = planOf(domainsOf([2]));
    const running = [dispatched('coord-d0'), dispatched('a1')];
    const idle = snapshotOf({ plan, events: [...tiered, ...running], after: 400_000 });
    expect(endLostAttempts(idle).map((event) => 'agent' in event && event.agent)).toEqual(['a1', 'coord-d0']);
    const filler = Array.from({ length: 300 }, (): RunEvent => ({ type: 'resumed' }));
    const events = [...tiered, dispatched('coord-d0'), ...filler, dispatched('a1')];
    const busy = snapshotOf({ plan, events, after: 400_000 });
    expect(endLostAttempts(busy)).toEqual([]);
  });

  it('reports to a coordinator that it waits for a domain without running agents', () => {
    const plan = planOf([
      { id: 'one', workers: [{ task: 'List', id: 'first' }] },
      { id: 'two', workers: [{ task: 'List', after: ['first'] }] },
    ]);
    const coordinator = plan.agents.find(({ id }) => id === 'coord-two');
    if (!coordinator) throw new Error('the plan has no second coordinator');
    const waiting = [...tiered, dispatched('coord-one'), dispatched('coord-two')];
    expect(decideDomain(snapshotOf({ plan, events: waiting }), plan, coordinator).action).toBe('wait');
    const given: RunEvent[] = [...waiting, { type: 'gap', agent: 'coord-one', reason: 'gone', by: 'user' }];
    expect(decideDomain(snapshotOf({ plan, events: given }), plan, coordinator).action).toBe('halted');
  });
});
