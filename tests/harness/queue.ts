import { type Claimed, type ClaimRequest, decideClaim } from '../../src/queue/decide/claim.ts';
import type { QueueCaller, QueueDecision, QueueView } from '../../src/queue/decide/view.ts';
import type { QueueEvent } from '../../src/queue/model/queue-event.ts';
import type { Lease, Phase, TaskSpec } from '../../src/queue/model/types.ts';
import { applyBatch } from '../../src/queue/state/replay.ts';
import { emptyQueue, type QueueState } from '../../src/queue/state/state.ts';
import { type Result, unwrap } from '../../src/system/result.ts';

export const OWNER: QueueCaller = { role: 'owner', by: 'ada', team: '', repos: [] };

/** A task of idea `i1` in phase `main`, without faults. */
export function taskOf(id: string, more: Partial<TaskSpec> = {}): TaskSpec {
  return {
    id: `i1.${id}`,
    idea: 'i1',
    phase: 'main',
    team: '',
    coder: '',
    title: `Create the parser of format ${id}`,
    context: '',
    deliverables: [`src/${id}.ts`],
    criteria: ['parses the examples'],
    test: '',
    repo: 'app',
    branch: 'feat/parser',
    base: '',
    paths: [],
    after: [],
    needs: [],
    uses: [],
    env: [],
    priority: 5,
    size: 'M',
    model: '',
    ...more,
  };
}

export const phaseOf = (id: string, more: Partial<Phase> = {}): Phase => ({
  id,
  name: '',
  mode: 'sequential',
  teams: [],
  ...more,
});

/** A queue in memory: decisions are applied one after the other, and the test sets the clock. */
export class MemoryQueue {
  state: QueueState = emptyQueue();
  leases: Lease[] = [];
  now = 1_000_000;
  caller: QueueCaller = OWNER;
  /** Executors whose process has ended. */
  readonly ended = new Set<string>();
  private nonces = 0;

  constructor(tasks: readonly TaskSpec[], phases: readonly Phase[] = [phaseOf('main')]) {
    this.write(
      { type: 'queue-created', id: 'q1', name: 'test', limits: LIMITS, guides: [], by: 'ada' },
      { type: 'idea-created', idea: 'i1', title: 'Parsers', body: '', by: 'ada' },
      { type: 'tasks-created', idea: 'i1', phases: [...phases], tasks: [...tasks] },
      { type: 'idea-executed', idea: 'i1', by: 'ada' },
      { type: 'tasks-dispatched', tasks: tasks.map(({ id }) => id), by: 'ada' },
    );
  }

  write(...events: QueueEvent[]): void {
    applyBatch(this.state, { seq: this.state.seq + 1, at: this.now, events });
  }

  view(): QueueView {
    this.nonces += 1;
    return {
      state: this.state,
      leases: this.leases,
      now: this.now,
      nonce: this.nonces.toString(16),
      caller: this.caller,
      hasEnded: ({ executor }) => this.ended.has(executor),
    };
  }

  /** Applies a decision as an engine does. */
  act<T>(decide: (view: QueueView) => Result<QueueDecision<T>>): Result<T> {
    const decided = decide(this.view());
    if (!decided.ok) return decided;
    const { events, take, drop = [], dropIfExpired = [], answer } = decided.value;
    if (events.length > 0) this.write(...events);
    this.leases = this.leases.filter(({ token }) => ![...drop, ...dropIfExpired].includes(token));
    const until = take && this.now + take.ms;
    if (take && until) {
      const { ms: _, ...lease } = take;
      this.leases.push({ ...lease, since: this.now, until });
    }
    return { ...decided, value: answer(this.state, until) };
  }

  claim(executor = 'e1', more: Partial<ClaimRequest['executor']> & Partial<ClaimRequest> = {}): Claimed {
    return unwrap(this.act((view) => decideClaim(view, claimOf(executor, more))));
  }

  /** The name of the claimed task without its idea; undefined if there was none. */
  claimName(executor = 'e1', more: Parameters<MemoryQueue['claim']>[1] = {}): string | undefined {
    return this.claim(executor, more).task?.spec.id.replace(/^i\d+\./, '');
  }

  stateOf(id: string): string | undefined {
    return this.state.tasks.get(`i1.${id}`)?.state;
  }
}

const LIMITS = { leaseSeconds: 10, attempts: 3, perRepo: 100, perTeam: 100 };

export function claimOf(
  id: string,
  {
    can = [],
    slots = 100,
    team = '',
    env = [],
    repos = [],
    task,
  }: Partial<ClaimRequest['executor']> & Partial<ClaimRequest> = {},
): ClaimRequest {
  return { executor: { id, host: 'h', slots, can, team, version: '1' }, env, repos, task };
}

/** The code of a refusal; '' for a success. */
export const codeOf = (result: Result<unknown>): string =>
  result.ok ? '' : (result.diagnostics[0]?.code ?? '');
