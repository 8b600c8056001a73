import type { Severity } from '../../../src/findings/finding.ts';
import type { Blueprint } from '../../../src/pipeline/machine/blueprint.ts';
import { decideBuild } from '../../../src/pipeline/machine/decide.ts';
import { extendPlan } from '../../../src/pipeline/machine/extend-plan.ts';
import type { AgentOrder, BuildStep, BuildView, Work } from '../../../src/pipeline/machine/step.ts';
import type { Snapshot } from '../../../src/run/dispatch/standing.ts';
import type { Plan } from '../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../src/run/ledger/run-event.ts';
import { BUILD_TIMEOUTS } from '../../../src/run/ledger/settings.ts';
import { replayLedger } from '../../../src/run/ledger/state.ts';
import type { MergeTrouble } from '../../../src/run/ledger/trouble.ts';
import type { QcVerdict } from '../../../src/run/ledger/verdict.ts';
import { approvalOf } from '../../harness/approvals.ts';
import { dispatched, entriesOf, returned, snapshotOf } from '../../harness/snapshots.ts';

/** What happens in a simulated build; each list is taken from its front, then its default holds. */
export interface Story {
  /** Modules and what they depend on. */
  modules: Record<string, string[]>;
  /** Whether a stage's work holds: true. */
  checks?: Partial<Record<string, boolean[]>>;
  /** What QC says of a module: pass. */
  verdicts?: Record<string, QcVerdict[]>;
  /** How a module's merges end: merged. */
  merges?: Record<string, ('merged' | 'conflicts' | 'tests')[]>;
  /** Which of a module's builders are blocked: none. */
  blocked?: Record<string, boolean[]>;
  /** Whose major findings there are in each round of the audit, null for what is no module's: none. */
  majors?: Owner[][];
  /** The same for critical findings; a human continues the build at once. */
  criticals?: Owner[][];
  /** Whether an audit gave no result in a domain; a human continues the build at once. Default: no. */
  uncovered?: boolean[];
  /** How often a human fixes critical findings; default 0. */
  amends?: number;
  /** What people say at a gate: yes. */
  answers?: ('yes' | 'no')[];
  /** How often a human grants one more attempt if the build is stuck; default 0. */
  retries?: number;
}

type Owner = string | null;

export interface Told {
  steps: BuildStep[];
  /** What the engine did, in its order. */
  done: Work[];
  /** Agents in the order in which they were carried out. */
  agents: string[];
  events: RunEvent[];
  end: BuildStep;
  /** What the last step was decided from. */
  view: BuildView;
}

const MAX_STEPS = 400;

/** Carries a story out on paper: nothing but the stage machine says what comes next. */
export function tell(story: Story): Told {
  const build = new Paper(story);
  while (build.told.steps.length < MAX_STEPS && build.step());
  return { ...build.told, view: build.view() };
}

/** A snapshot with another history: agents that it does not tell of are not in the plan either. */
export function withEvents(snapshot: Snapshot, events: readonly RunEvent[]): Snapshot {
  const state = replayLedger(entriesOf(events));
  const { plan } = snapshot;
  if (!plan) return { ...snapshot, state };
  const agents = plan.agents.filter(({ id }) => state.build.extended.has(id));
  return { ...snapshot, state, plan: { ...plan, agents } };
}

class Paper {
  readonly told: Omit<Told, 'view'> = { steps: [], done: [], agents: [], events: [], end: { kind: 'done' } };
  private readonly story: Story;
  private readonly left: Required<Omit<Story, 'modules' | 'retries' | 'amends'>>;
  private retries: number;
  private amends: number;
  private readonly verdicts: Record<string, 'done'> = {};
  private plan: Plan | undefined;
  private commits = 0;
  private isChildOver = false;
  /** The commit of the integration branch. */
  private tip = 'c0';

  constructor(story: Story) {
    this.story = story;
    this.retries = story.retries ?? 0;
    this.amends = story.amends ?? 0;
    const { checks = {}, verdicts = {}, merges = {}, blocked = {} } = story;
    const { majors = [], criticals = [], answers = [], uncovered = [] } = story;
    this.left = structuredClone({ checks, verdicts, merges, blocked, majors, criticals, answers, uncovered });
    this.record({ type: 'run-created', mode: 'build', task: 'Build it' });
  }

  step(): boolean {
    const step = decideBuild(this.view());
    this.told.steps.push(step);
    this.told.end = step;
    switch (step.kind) {
      case 'work':
        for (const work of step.work) this.perform(work);
        return true;
      case 'agents':
        for (const { id } of step.agents) this.carry(id);
        return true;
      case 'gate':
        this.answer(step);
        return true;
      case 'child':
        this.isChildOver = true;
        return true;
      case 'stuck':
        return this.help(step.command);
      case 'halted':
      case 'done':
        return false;
    }
  }

  view(): BuildView {
    const { events } = this.told;
    const world = { events, verdicts: this.verdicts };
    const snapshot = snapshotOf(this.plan ? { ...world, plan: this.plan } : world);
    const { isChildOver, tip } = this;
    const blueprint = blueprintOf(this.story.modules);
    return {
      snapshot,
      blueprint,
      contractHash: 'contract',
      isAuditReported: isChildOver,
      auditCost: { costUsd: 0, assumedUsd: 0, unpriced: 0 },
      integrationTip: tip,
    };
  }

  private carry(id: string): void {
    this.told.agents.push(id);
    this.told.events.push(dispatched(id), returned(id, 'done'));
    this.verdicts[id] = 'done';
  }

  private answer({ stage, hash }: Extract<BuildStep, { kind: 'gate' }>): void {
    const isYes = (this.left.answers.shift() ?? 'yes') === 'yes';
    this.told.events.push(
      isYes
        ? { type: 'gate-approved', stage, hash, ...approvalOf({ stage, hash }) }
        : {
            type: 'gate-rejected',
            ...{ stage, hash, note: 'Not so.' },
            ...approvalOf({ stage, hash, action: 'reject', note: 'Not so.' }),
          },
    );
  }

  /** A human resolves a conflict, fixes critical findings, or grants one more attempt; a build that is stuck otherwise stays stuck. */
  private help(command: string): boolean {
    const { state } = this.view().snapshot;
    for (const [module, { blocked }] of state.build.modules) {
      if (!blocked) continue;
      const { conflict } = blocked;
      const decision = { hash: 'c', decision: 'adapt' } as const;
      this.told.events.push({
        type: 'conflict-approved',
        ...{
          conflict,
          ...decision,
          ...approvalOf({ stage: `conflict/${conflict}`, hash: 'c', action: 'adapt' }),
        },
      });
      this.told.events.push({
        type: 'conflict-resolved',
        module,
        conflict,
        note: 'Adapt.',
        commit: this.integrate(),
      });
      return true;
    }
    if (/^sao run \S+$/.test(command) && this.amends > 0) {
      this.amends -= 1;
      this.integrate();
      return true;
    }
    const agent = /^sao retry \S+ (\S+) --force$/.exec(command)?.[1];
    if (agent === undefined || this.retries === 0) return false;
    this.retries -= 1;
    this.record({ type: 'retried', agent, reason: 'asked for' });
    return true;
  }

  private perform(work: Work): void {
    this.told.done.push(work);
    switch (work.do) {
      case 'extend':
        this.extend(work);
        break;
      case 'check':
        this.check(work);
        break;
      case 'begin':
        this.record({ type: 'module-begun', module: work.module, base: this.commit() });
        this.extend({ role: 'builder', module: work.module });
        break;
      case 'examine':
        this.examine(work);
        break;
      case 'judge':
        this.judge(work);
        break;
      case 'merge':
        this.merge(work.module);
        break;
      case 'begin-hardening':
        this.isChildOver = false;
        this.record({ type: 'harden-begun', child: 'child', commit: this.tip });
        break;
      case 'end-hardening':
        this.endHardening(work.child);
        break;
      case 'ship':
        this.record({ type: 'shipped', base: 'main', commit: this.commit() });
        break;
      case 'bring-home':
        this.record({ type: 'curated', commit: this.commit() });
        break;
      case 'report':
        this.record({ type: 'reported', findings: NONE, gaps: 0 });
        break;
    }
  }

  private record(event: RunEvent): void {
    this.told.events.push(event);
  }

  private check({ stage, by }: Extract<Work, { do: 'check' }>): void {
    const ok = this.left.checks[stage]?.shift() ?? true;
    const commit = ok ? this.integrate() : this.tip;
    const hash = stage === 'architect' ? 'contract' : commit;
    this.record({
      type: 'stage-checked',
      stage,
      by,
      ok,
      hash,
      commit,
      faults: ok ? [] : ['not so'],
    });
  }

  private examine({ module, builder: by }: Extract<Work, { do: 'examine' }>): void {
    if (this.left.blocked[module]?.shift())
      this.record({ type: 'module-blocked', module, by, conflict: `${module}-shape` });
    else this.extend({ role: 'qc', module });
  }

  private extend(order: AgentOrder): void {
    const places = { integration: '/i', treeOf: (module: string) => `/b/${module}` };
    const given = {
      task: 'Build it',
      blueprint: blueprintOf(this.story.modules),
      worktreePaths: places,
      timeouts: BUILD_TIMEOUTS,
    };
    const { plan, added } = extendPlan([order], this.plan, given);
    this.plan = plan;
    const stage = added[0]?.domain as 'build';
    this.record({ type: 'plan-extended', stage, agents: added.map(({ id }) => id) });
  }

  private judge({ module, builder, qc: by }: Extract<Work, { do: 'judge' }>): void {
    const verdict = this.left.verdicts[module]?.shift() ?? 'pass';
    const commit = this.commit();
    const told = { module, builder, by, verdict, commit, reasons: ['r'], findings: [], backlog: [] };
    this.record({ type: 'module-judged', ...told });
    if (verdict === 'fail-critical')
      this.told.events.push({ type: 'halted', reason: module }, { type: 'resumed' });
  }

  private merge(module: string): void {
    const source = this.view().snapshot.state.build.modules.get(module)?.judged?.commit ?? '';
    const kind = this.left.merges[module]?.shift() ?? 'merged';
    this.told.events.push(
      kind === 'merged'
        ? { type: 'module-merged', module, source, commit: this.integrate() }
        : { type: 'merge-failed', module, source, onto: this.tip, trouble: troubleOf(kind) },
    );
  }

  private endHardening(child: string): void {
    const said = (severity: Severity) => (module: string | null) => ({
      module,
      finding: `- [${severity}] Slow in ${module}`,
    });
    const criticals = (this.left.criticals.shift() ?? []).map(said('critical'));
    const majors = (this.left.majors.shift() ?? []).map(said('major'));
    const findings = { ...NONE, critical: criticals.length, major: majors.length };
    const isUncovered = this.left.uncovered.shift() === true;
    const isHalted = criticals.length > 0 || isUncovered;
    if (isHalted) this.record({ type: 'halted', reason: 'critical' });
    const coverage = [{ domain: 'Security', by: 'agents' as const, planned: 3, given: isUncovered ? 0 : 3 }];
    const told = {
      child,
      commit: this.tip,
      findings,
      majors: [...criticals, ...majors],
      backlog: [],
      coverage,
    };
    this.record({ type: 'hardened', ...told });
    if (isHalted) this.record({ type: 'resumed' });
  }

  /** A commit on the integration branch. */
  private integrate(): string {
    this.tip = this.commit();
    return this.tip;
  }

  private commit(): string {
    this.commits += 1;
    return `c${this.commits}`;
  }
}

function troubleOf(kind: 'conflicts' | 'tests'): MergeTrouble {
  return kind === 'conflicts'
    ? { kind, conflicts: [] }
    : { kind, command: 'npm test', end: 'exit code 1', tail: '' };
}

const NONE = { critical: 0, major: 0, minor: 0 };

export function blueprintOf(modules: Story['modules']): Blueprint {
  const order: string[] = [];
  const visit = (name: string) => {
    for (const needed of modules[name] ?? []) visit(needed);
    if (!order.includes(name)) order.push(name);
  };
  for (const name of Object.keys(modules)) visit(name);
  return {
    version: 1,
    hash: 'contract',
    project: 'shop',
    testCommand: 'npm test',
    integrationTestCommand: 'npm test',
    sharedPaths: [],
    assemblyOrder: order,
    modules: Object.entries(modules).map(([name, dependsOn]) => ({
      name,
      description: name,
      dependsOn,
      paths: [`src/${name}/**`],
      writes: [`src/${name}/**`],
      model: 'sonnet',
      testCommand: 'npm test',
    })),
  };
}
