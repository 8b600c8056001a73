import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plan } from '../run/ledger/manifest.ts';
import { findRepository } from '../run/ledger/project.io.ts';
import { writeFindingsFile } from '../run/outputs/findings-file.io.ts';
import { insideOf } from '../run/outputs/output.io.ts';
import { readCheckCommand } from '../run/plan/check-command.ts';
import { collectOutput, openOutbox } from '../run/sandbox/outbox.io.ts';
import { namesClientSettings } from '../system/client/project-settings.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { type GroupSpec, startInGroup } from '../system/process/group.ts';
import type { Guard } from '../system/process/guard.ts';
import type { ProcessIdentity } from '../system/process/identity.ts';
import type { Launcher } from '../system/process/launch.ts';
import { addMark } from '../system/process/survivors.ts';
import { ExpectedError } from '../system/result.ts';
import {
  type Confinement,
  confineCommand,
  listAgentTreeRules,
  removePlanted,
} from '../system/sandbox/confinement.ts';
import type { PathRule } from '../system/sandbox/path-rules.ts';
import { listCheckoutRules } from '../system/sandbox/repository-rules.ts';
import type { AgentRunner } from './agent-runner.ts';
import type { CheckProcess, RunningCheck } from './check-process.io.ts';
import type { Job } from './child-env.ts';
import { processMarkOf } from './leftovers.io.ts';
import type { AttemptOutcome } from './outcome.ts';

/** A running attempt. */
export interface RunningAttempt {
  job: Job;
  /** Ends its process group; does nothing for work of the engine itself. */
  stop(signal?: NodeJS.Signals): void;
  done: Promise<AttemptOutcome>;
}

export interface AttemptContext {
  guard: Guard;
  env: Readonly<Record<string, string | undefined>>;
  graceMs: number;
  /** Starts the program; without one Node does. */
  launcher?: Launcher | undefined;
  /** How its program is kept from what decides about runs. */
  confinement: Confinement;
  plan: Plan;
  isBuild: boolean;
  /** Answers built-in checks. */
  checks: CheckProcess;
  /** Of the project's files: it changes whenever an agent may have written. */
  version: number;
  /** Its process exists: to be written down before anything else can happen. */
  onStart(job: Job, child: ProcessIdentity): void;
}

/** Starts an agent's program in its own process group. When `done` resolves, no process of the group is left. */
export function startAttempt(job: Job, runner: AgentRunner, context: AttemptContext): RunningAttempt {
  const { guard, graceMs, launcher, checks, version } = context;
  const check = readCheckCommand(job.agent.command);
  const invocation = runner.invoke(job, context.env);
  const program = {
    ...invocation,
    env: addMark(invocation.env, `${processMarkOf(job.run)}/${job.agent.id}`),
  };
  const spec: GroupSpec = {
    ...program,
    // The engine's own checks change nothing, and all run in one process.
    ...(check ? {} : confineCommand(context.confinement, program, listAgentRules(job, context))),
    mark: `${guard.mark}/${job.agent.id}`,
    timeoutMs: job.agent.timeout * 1000,
    graceMs,
    onStart: (child) => context.onStart(job, child),
  };
  const group: RunningCheck = check
    ? checks.start({ ...check, path: resolve(job.cwd, check.path), version }, spec)
    : startInGroup({ ...spec, onStart: (child) => startGuarded(guard, child, spec) }, launcher);
  const done = group.done.then((result) => {
    if (group.identity) guard.remove(group.identity);
    removePlanted(context.confinement);
    collectOutput(job.dir, job.agent);
    const fault = runner.file && !result.stopped ? writeOutput(job, runner.file(result, job)) : undefined;
    if (fault !== undefined) return { answer: '', fault };
    const { findings, suppressed = [] } = result;
    const findingsHash = findings && writeFindingsFile(job.dir, job.agent.id, { findings, suppressed });
    return { ...runner.read(result, job), ...(findingsHash === undefined ? {} : { findingsHash }) };
  });
  return { job, stop: (signal) => group.stop(signal), done };
}

/** The rules of an agent's start: its worktree or the checkout, and its own output. */
function listAgentRules(job: Job, { confinement, plan, isBuild }: AttemptContext): PathRule[] {
  if (confinement.sandbox.kind === 'none') return [];
  const { agent, dir } = job;
  return [
    ...(agent.kind === 'agent' ? openOutbox(dir, agent, plan, isBuild) : []),
    ...(agent.tree === undefined
      ? listRulesAt(job.cwd)
      : listAgentTreeRules(confinement, agent.tree, namesClientSettings(agent.writes ?? []))),
  ];
}

function listRulesAt(cwd: string): PathRule[] {
  const top = findRepository(realpathSync(cwd));
  return top === undefined ? [] : listCheckoutRules(top);
}

function startGuarded(guard: Guard, child: ProcessIdentity, spec: GroupSpec): void {
  guard.add(child);
  spec.onStart?.(child);
}

/** The engine's own file; answers why it could not be written. Not synced: were it lost in a crash of the machine, its agent would not be done and run again. */
export function writeOutput(job: Job, text: string): string | undefined {
  const path = join(job.dir, job.agent.output);
  if (!insideOf(job.dir)(path)) return `${path} leads out of the run directory`;
  try {
    writeAtomic(path, text, { durable: false });
    return undefined;
  } catch (error) {
    // An obstacle at one worker's path must not stop the others.
    if (error instanceof ExpectedError) return error.message;
    throw error;
  }
}
