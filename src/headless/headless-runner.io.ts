import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { haltEndlessAgents, holdOf, type Snapshot, standingOf, stateOf } from '../run/dispatch/standing.ts';
import { unlockTree } from '../run/dispatch/tree-lock.io.ts';
import { buildHaltedEvent, buildSettingsChangedEvents } from '../run/ledger/events.ts';
import type { PlannedAgent } from '../run/ledger/manifest.ts';
import { findRepository } from '../run/ledger/project.io.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';
import { type Refusal, readRefusal } from '../run/limits/refusal.ts';
import { readCheckCommand } from '../run/plan/check-command.ts';
import { namesClientSettings } from '../system/client/project-settings.ts';
import type { Guard } from '../system/process/guard.ts';
import type { AgentRunner } from './agent-runner.ts';
import { CostBudget } from './budget.ts';
import type { Job } from './child-env.ts';
import { decideTurn, type RunnerTurn } from './decide-turn.ts';
import type { DriveOptions, ProgressNotice } from './drive-options.ts';
import { FailureStreak } from './failure-streak.ts';
import type { LiveRun } from './live-run.io.ts';
import { ModelDurations } from './model-durations.ts';
import { type AttemptOutcome, concludeAttempt } from './outcome.ts';
import { buildDispatchOf, lockTreeOf, prepareJob } from './prepare-job.io.ts';
import { type RunningAttempt, startAttempt } from './run-attempt.io.ts';
import { runDigest } from './run-digest.io.ts';
import { buildTaskGraph, type TaskGraph, taskOf } from './schedule.ts';
import { isTooLong, ServiceLimits } from './service-limits.ts';
import { SettingsWatch } from './settings-watch.io.ts';
import { runTexts } from './wording.ts';

/** How often we look whether agents that others carry out have ended. */
const POLL_MS = 1000;

/** Runs the agents of a run: starts ready agents, waits for one to end, judges its file, and repeats until no agent is left. */
export class HeadlessRunner {
  private readonly live: LiveRun;
  private readonly options: DriveOptions;
  private readonly guard: Guard;
  private readonly reportProgress: (notice: ProgressNotice) => void;
  private readonly runningAttempts = new Map<string, RunningAttempt>();
  private readonly durations = new ModelDurations();
  private readonly graph: TaskGraph;
  private readonly limits: ServiceLimits;
  private readonly costBudget: CostBudget;
  private readonly failures = new FailureStreak();
  private readonly settingsWatch = new SettingsWatch(findRepository);
  private shownHold = 0;
  /** Counts the starts and ends of agents that may write into the project. */
  private projectVersion = 0;
  private wake: () => void = () => {};
  private failure: unknown;
  isInterrupted = false;

  constructor(
    live: LiveRun,
    options: DriveOptions,
    guard: Guard,
    reportProgress: (notice: ProgressNotice) => void,
  ) {
    this.live = live;
    this.graph = buildTaskGraph(live.plan.agents.map(taskOf));
    this.options = options;
    this.limits = new ServiceLimits(options.backOff);
    this.costBudget = new CostBudget(options.maxCostUsd, options.spentElsewhereUsd);
    this.guard = guard;
    this.reportProgress = reportProgress;
  }

  get running(): number {
    return this.runningAttempts.size;
  }

  async run(): Promise<void> {
    try {
      for (let turn = this.decide(); turn.wait !== 'over'; turn = this.decide()) await this.waitFor(turn);
    } catch (error) {
      this.interrupt();
      await Promise.allSettled([...this.runningAttempts.values()].map(({ done }) => done));
      throw error;
    }
  }

  /** Stops dispatching and ends running agents; a second call kills them without the grace time. */
  interrupt(): void {
    const signal = this.isInterrupted ? 'SIGKILL' : 'SIGTERM';
    this.isInterrupted = true;
    for (const flight of this.runningAttempts.values()) flight.stop(signal);
    this.wake();
  }

  private decide(): RunnerTurn {
    if (this.failure !== undefined) throw this.failure;
    const { jobs, turn } = this.live.decide((snapshot) => this.begin(snapshot));
    for (const job of jobs) this.launch(job);
    return turn;
  }

  /** Chooses the agents to start and records their dispatch under the run's lock, before they are started. */
  private begin(snapshot: Snapshot): { jobs: Job[]; turn: RunnerTurn } {
    const none = (): { jobs: Job[]; turn: RunnerTurn } => ({
      jobs: [],
      turn: { starts: [], wait: this.runningAttempts.size > 0 ? 'end' : 'over' },
    });
    if (this.isInterrupted || snapshot.state.halted !== undefined) return none();
    const halt = haltEndlessAgents(this.live.plan, snapshot.state);
    this.live.record(halt);
    if (halt.length > 0) return none();
    const { turn, agents } = this.chooseTurn(snapshot);
    const paid = this.costBudget.reserve(snapshot, agents);
    if (agents.length > 0 && paid.length === 0 && this.runningAttempts.size === 0) {
      this.halt(runTexts.overCost(this.costBudget.spentOf(snapshot), this.options.maxCostUsd ?? 0));
      return none();
    }
    if (turn.wait === 'limiter' && this.isLimitTooLong(snapshot)) return none();
    const jobs = paid.map((agent) =>
      prepareJob(this.live, this.options, snapshot, agent, this.costBudget.capOf(agent.id)),
    );
    this.live.record(jobs.map((job) => buildDispatchOf(job, this.runnerOf(job.agent))));
    for (const job of jobs) lockTreeOf(job);
    return { jobs, turn };
  }

  /** Decides who starts. What an agent is about to read is judged again; if it was changed, the decision is made again. */
  private chooseTurn(snapshot: Snapshot, isSecond = false): { turn: RunnerTurn; agents: PlannedAgent[] } {
    const turn = decideTurn(snapshot, this.live.plan, {
      inFlight: new Set(this.runningAttempts.keys()),
      limiters: this.limits.limiters,
      clock: performance.now(),
      schedule: this.options.schedule,
      engineOnly: this.options.modelRunner === undefined,
      commands: this.options.commands,
      graph: this.graph,
      expected: ({ model }) => this.durations.expected(model),
    });
    const agents = turn.starts.flatMap((id) => this.live.plan.agents.find((agent) => agent.id === id) ?? []);
    const isStale = this.live.recheck(agents.flatMap(({ inputs }) => inputs));
    return isStale && !isSecond ? this.chooseTurn(snapshot, true) : { turn, agents };
  }

  private halt(reason: string): void {
    this.live.record([buildHaltedEvent(reason)]);
  }

  /** Whether the run halts instead of waiting for the end of a used-up limit; the wait is shown once. */
  private isLimitTooLong(snapshot: Snapshot): boolean {
    const holds = this.live.plan.agents.flatMap((agent) => {
      const standing = standingOf(snapshot, agent);
      return standing === 'ready' || standing === 'retry' ? (holdOf(snapshot, agent) ?? []) : [];
    });
    const [first] = holds.filter(({ kind }) => kind === 'usage').sort((a, b) => a.until - b.until);
    if (!first) return false;
    if (isTooLong(first, snapshot.now, this.options.onLimit)) {
      this.halt(runTexts.usageLimit(first, snapshot.now));
      return true;
    }
    if (this.shownHold !== first.until)
      this.reportProgress({ kind: 'waiting', hold: first, now: snapshot.now });
    this.shownHold = first.until;
    return false;
  }

  private runnerOf({ kind }: PlannedAgent): AgentRunner {
    return (kind === 'agent' ? this.options.modelRunner : undefined) ?? this.options.commandRunner;
  }

  private launch(job: Job): void {
    const isDigest = job.agent.kind === 'command' && job.agent.command === null;
    const flight = isDigest ? runDigest(job, this.live) : this.startProgram(job);
    const startedAt = performance.now();
    this.runningAttempts.set(job.agent.id, flight);
    this.reportProgress({ kind: 'started', agent: job.agent, attempt: job.attempt });
    flight.done
      .then((outcome) => this.finishAttempt(job, outcome, startedAt))
      .catch((error: unknown) => {
        this.failure ??= error;
        this.runningAttempts.delete(job.agent.id);
      })
      .finally(() => this.wake());
  }

  private startProgram(job: Job): RunningAttempt {
    if (!isCheck(job) || this.hasWriters()) this.projectVersion += 1;
    if (!isCheck(job))
      for (const place of this.watchedBy(job)) this.settingsWatch.begin(place, !this.hasWriters());
    return startAttempt(job, this.runnerOf(job.agent), {
      guard: this.guard,
      confinement: this.options.confinement,
      plan: this.live.plan,
      isBuild: this.live.manifest.mode === 'build',
      checks: this.options.checks,
      version: this.projectVersion,
      env: this.options.env,
      graceMs: this.options.graceMs,
      launcher: job.agent.kind === 'agent' ? this.options.launcher : undefined,
      onStart: ({ agent, attempt }, child) =>
        this.live.record([{ type: 'started', agent: agent.id, attempt, child }]),
    });
  }

  /** The folders whose settings of the client an agent has to leave alone: its own and the project. */
  private watchedBy({ cwd, agent: { tree, writes = [] } }: Job): string[] {
    const isApproved = tree !== undefined && namesClientSettings(writes);
    return [...new Set([...(isApproved ? [] : [cwd]), this.live.manifest.project])];
  }

  private findSettingsChanges(job: Job): RunEvent[] {
    const agents = [...this.runningAttempts.values()].filter(({ job: other }) => !isCheck(other));
    const paths = this.watchedBy(job).flatMap((place) => this.settingsWatch.findChanges(place));
    return buildSettingsChangedEvents(
      agents.map(({ job: { agent } }) => agent.id),
      [...new Set(paths)],
    );
  }

  private hasWriters(): boolean {
    return [...this.runningAttempts.values()].some(({ job }) => !isCheck(job));
  }

  private finishAttempt(job: Job, outcome: AttemptOutcome, startedAt: number): void {
    const { agent, attempt } = job;
    const check = this.live.inspect(agent.id);
    const isDone = check.status === 'done';
    const { snapshot } = this.live;
    const refusal = agent.kind === 'agent' && !isDone ? this.readRefusal(agent, outcome) : undefined;
    const clock = performance.now();
    const wall = this.live.now();
    if (agent.kind === 'agent')
      this.limits.record(agent, { refusal, isDone }, { startedAt, now: clock, wall, random: Math.random() });
    const { allowed, limited } = stateOf(snapshot, agent.id);
    const waitMs = this.limits.waitOf(agent.model, clock);
    const { service } = snapshot.state;
    const ended = { agent, attempt, allowed, limited, waitMs, refusal, service, now: wall, check };
    const events = concludeAttempt(ended, this.costBudget.settle(agent.id, outcome));
    const alike = this.failures.record(agent, events, outcome.fault !== undefined, clock - startedAt);
    if (!isCheck(job)) this.live.record(this.findSettingsChanges(job));
    this.live.record(alike === undefined ? events : [...events, buildHaltedEvent(runTexts.failAlike(alike))]);
    this.runningAttempts.delete(agent.id);
    if (!isCheck(job)) this.projectVersion += 1;
    this.releaseTree(job);
    this.durations.record(agent.model, (performance.now() - startedAt) / 1000);
    const limit = events.find((event) => event.type === 'rate-limited');
    const { now } = ended;
    this.reportProgress(limit ? { kind: 'limited', agent, limit, now } : { kind: 'ended', agent, events });
  }

  /** Unlocks the worktree of an agent that has ended, if no other agent works in it. */
  private releaseTree({ run, agent: { tree } }: Job): void {
    const isShared = [...this.runningAttempts.values()].some(({ job }) => job.agent.tree === tree);
    if (tree !== undefined && !isShared) unlockTree(tree, run);
  }

  private readRefusal({ model }: PlannedAgent, { failure }: AttemptOutcome): Refusal | undefined {
    if (failure === undefined) return undefined;
    const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
    return readRefusal({ ...failure, model, now: this.live.now(), zone });
  }

  private async waitFor({ wait }: RunnerTurn): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    const at = { clock: performance.now(), now: this.live.now() };
    const left = this.limits.nextChange(this.live.snapshot.state.service, at);
    const times = [
      ...(left !== undefined || wait === 'limiter' ? [left ?? 0] : []),
      ...(wait === 'others' ? [POLL_MS] : []),
    ];
    const timer = times.length > 0 ? setTimeout(this.wake, Math.max(1, Math.min(...times))) : undefined;
    await woken;
    // Agents that ended in the meantime are judged first: one decision under the lock then serves all of them.
    await setImmediate();
    clearTimeout(timer);
    if (wait === 'others') this.live.settle();
  }
}

const isCheck = ({ agent }: Job): boolean => readCheckCommand(agent.command) !== undefined;
