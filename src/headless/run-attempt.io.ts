import { join, resolve } from 'node:path';
import { insideOf } from '../run/outputs/output.io.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { type GroupSpec, startInGroup } from '../system/process/group.ts';
import type { Guard } from '../system/process/guard.ts';
import type { ProcessIdentity } from '../system/process/identity.ts';
import type { Launcher } from '../system/process/launch.ts';
import { addMark } from '../system/process/survivors.ts';
import { ExpectedError } from '../system/result.ts';
import type { AgentRunner } from './agent-runner.ts';
import type { CheckProcess } from './check-process.io.ts';
import { readCheckCommand } from './check-protocol.ts';
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
  const invocation = runner.invoke(job, context.env);
  const spec: GroupSpec = {
    ...invocation,
    env: addMark(invocation.env, `${processMarkOf(job.run)}/${job.agent.id}`),
    mark: `${guard.mark}/${job.agent.id}`,
    timeoutMs: job.agent.timeout * 1000,
    graceMs,
    onStart: (child) => context.onStart(job, child),
  };
  const check = readCheckCommand(job.agent.command);
  const group = check
    ? checks.start({ ...check, path: resolve(job.cwd, check.path), version }, spec)
    : startInGroup({ ...spec, onStart: (child) => startGuarded(guard, child, spec) }, launcher);
  const done = group.done.then((result) => {
    if (group.identity) guard.remove(group.identity);
    const fault = runner.file && !result.stopped ? writeOutput(job, runner.file(result, job)) : undefined;
    return fault === undefined ? runner.read(result, job) : { answer: '', fault };
  });
  return { job, stop: (signal) => group.stop(signal), done };
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
