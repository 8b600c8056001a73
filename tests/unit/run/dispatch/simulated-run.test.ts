import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Action } from '../../../../src/run/dispatch/action.ts';
import { admit } from '../../../../src/run/dispatch/admit.ts';
import { decideNext } from '../../../../src/run/dispatch/next.ts';
import {
  endLostAttempts,
  isSettled,
  runningLoad,
  type Snapshot,
  standingOf,
  stateOf,
} from '../../../../src/run/dispatch/standing.ts';
import { DEFAULT_LIMITS, type Plan } from '../../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import type { Verdict } from '../../../../src/run/outputs/sentinel.ts';
import { isWithin } from '../../../../src/run/plan/waves.ts';
import { approvalOf } from '../../../harness/approvals.ts';
import { scaled } from '../../../harness/scale.ts';
import { confirmed, dispatched, planOf, returned, START, snapshotOf } from '../../../harness/snapshots.ts';

type Fate = 'done' | 'incomplete' | 'failed' | 'rate-limit' | 'crash' | 'hang';

/** Simulates a run without disk and client: the caller executes each action of `decideNext`, and every agent meets its fate. */
class Simulation {
  readonly plan: Plan;
  readonly finished: string[] = [];
  readonly events: RunEvent[] = confirmed.slice(0, 2);
  private readonly verdicts: Record<string, Verdict> = {};
  private readonly orphaned = new Set<string>();
  private readonly fates: Fate[];
  /** Milliseconds that a hanging agent takes. */
  private lost = 0;

  constructor(plan: Plan, fates: Fate[]) {
    this.plan = plan;
    this.fates = [...fates];
  }

  look(): Snapshot {
    const { plan, events, verdicts } = this;
    const after = this.lost + events.length * 1000;
    return snapshotOf({ plan, events, verdicts, orphaned: [...this.orphaned], after });
  }

  /** What every command does first: record attempts that ended unrecorded. */
  settle(): Snapshot {
    this.lost = 0;
    this.events.push(...endLostAttempts(this.look()));
    return this.look();
  }

  step(): Action {
    const snapshot = this.settle();
    const action = decideNext(snapshot);
    expect(decideNext(this.look())).toEqual(action);
    if (action.action === 'confirm')
      this.events.push({
        type: 'plan-confirmed',
        ...approvalOf({ stage: 'plan', hash: snapshot.state.planHash ?? '' }),
      });
    if (action.action === 'run') this.runCommands(snapshot);
    if (action.action === 'report')
      this.events.push({ type: 'reported', findings: { critical: 0, major: 0, minor: 0 }, gaps: 0 });
    if (action.until !== undefined) this.letPass(Date.parse(action.until));
    else if (action.action === 'wait') this.endOne(snapshot);
    for (const { id } of action.agents ?? []) this.dispatch(id);
    expect(isWithin(runningLoad(this.look(), DEFAULT_LIMITS), DEFAULT_LIMITS)).toBe(true);
    return action;
  }

  private dispatch(id: string): void {
    const admission = admit(this.look(), id);
    expect(admission).toMatchObject({ ok: true });
    if (!admission.ok) return;
    expect(this.finished).not.toContain(id);
    expect(admission.attempt).toBeLessThanOrEqual(2);
    const inputs = this.plan.agents.filter((agent) => admission.agent.inputs.includes(agent.id));
    const snapshot = this.look();
    for (const input of inputs) expect(isSettled(standingOf(snapshot, input))).toBe(true);
    delete this.verdicts[id];
    this.events.push(dispatched(id, admission.attempt));
    // Some end before the next question, some later.
    if (this.fates.length % 3 !== 0) this.end(id, admission.attempt);
  }

  /** The parent does something else until then. */
  private letPass(until: number): void {
    while (START + this.events.length * 1000 <= until)
      this.events.push({ type: 'session-seen', session: 's' });
  }

  private endOne(snapshot: Snapshot): void {
    const running = this.plan.agents.filter((agent) => standingOf(snapshot, agent) === 'running');
    expect(running.length).toBeGreaterThan(0);
    const [first] = running;
    if (first) this.end(first.id, stateOf(snapshot, first.id).running?.attempt ?? 1);
  }

  private end(id: string, attempt: number): void {
    const fate = this.fates.shift() ?? 'done';
    this.orphaned.delete(id);
    if (fate === 'rate-limit') this.events.push({ type: 'rate-limited', agent: id, attempt, waitMs: 2500 });
    else if (fate === 'crash') this.orphaned.add(id);
    else if (fate === 'hang') this.lost += 10_000_000;
    else {
      this.verdicts[id] = fate;
      this.events.push(returned(id, fate, attempt));
      if (fate === 'done') this.finished.push(id);
    }
    // The next call of `decideNext` finds agents that hang or have crashed.
    const found = endLostAttempts(this.look());
    this.events.push(...found);
    this.orphaned.delete(id);
  }

  private runCommands(snapshot: Snapshot): void {
    for (const agent of this.plan.agents.filter(({ kind }) => kind === 'command')) {
      const standing = standingOf(snapshot, agent);
      if (isSettled(standing) || agent.wave !== Math.min(...this.openWaves(snapshot))) continue;
      const attempt = stateOf(snapshot, agent.id).attempts + 1;
      this.events.push(dispatched(agent.id, attempt), returned(agent.id, 'done', attempt));
      this.verdicts[agent.id] = 'done';
    }
  }

  private openWaves(snapshot: Snapshot): number[] {
    return this.plan.agents
      .filter((agent) => !isSettled(standingOf(snapshot, agent)))
      .map(({ wave }) => wave);
  }
}

const models = ['haiku', 'sonnet', 'opus'] as const;
const domains = [0, 1, 2].map((d) => ({
  id: `d${d}`,
  workers: Array.from({ length: 10 }, (_, n) =>
    n === 9
      ? { task: 'Count lines', run: 'wc -l' }
      : { id: `w${d}-${n}`, task: 'Look', model: models[n % 3], ...(n === 5 ? { after: [`w${d}-1`] } : {}) },
  ),
}));

it('a run of 30 workers reaches done by these actions alone, for any fate of its agents', () => {
  const fate = fc.constantFrom<Fate>(
    'done',
    'done',
    'done',
    'incomplete',
    'failed',
    'rate-limit',
    'crash',
    'hang',
  );
  const plan = planOf(domains);
  expect(plan.agents.filter(({ role }) => role === 'worker')).toHaveLength(30);
  fc.assert(
    fc.property(fc.array(fate, { maxLength: 120 }), (fates) => {
      const run = new Simulation(plan, fates);
      let action: string = '';
      for (let steps = 0; action !== 'done'; steps++) {
        expect(steps).toBeLessThan(1_000);
        ({ action } = run.step());
      }
      const end = run.look();
      for (const agent of plan.agents) expect(isSettled(standingOf(end, agent))).toBe(true);
      expect(new Set(run.finished).size).toBe(run.finished.length);
    }),
    { numRuns: scaled(15, 500) },
  );
});
