import { moveToAttempts } from '../run/dispatch/begin-attempt.io.ts';
import { promptFor } from '../run/dispatch/prompt.io.ts';
import { type Snapshot, stateOf } from '../run/dispatch/standing.ts';
import { lockTree } from '../run/dispatch/tree-lock.io.ts';
import { buildDispatchedEvent } from '../run/ledger/events.ts';
import type { PlannedAgent } from '../run/ledger/manifest.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';
import { readAgentVariables } from '../system/git/worktree-variables.io.ts';
import { identifyProcess } from '../system/process/identity.ts';
import type { AgentRunner } from './agent-runner.ts';
import type { Job } from './child-env.ts';
import type { DriveOptions } from './drive-options.ts';
import type { LiveRun } from './live-run.io.ts';
import { addForProgram } from './prompt.io.ts';

/** Makes the job of an agent's next attempt; the output of an earlier attempt is moved away. `maxUsd`: the cap of its client. */
export function prepareJob(
  { dir, manifest, plan }: LiveRun,
  { modelRunner, env }: Pick<DriveOptions, 'modelRunner' | 'env'>,
  snapshot: Snapshot,
  agent: PlannedAgent,
  maxUsd: number | undefined,
): Job {
  const attempt = stateOf(snapshot, agent.id).attempts + 1;
  moveToAttempts(dir, agent, attempt - 1);
  const isCommandWorker = agent.kind === 'command';
  const filled = isCommandWorker ? '' : promptFor(snapshot, plan, agent, attempt);
  const prompt =
    !isCommandWorker && modelRunner?.driver === 'command'
      ? addForProgram(filled, snapshot, plan, agent)
      : filled;
  const cwd = agent.tree ?? manifest.project;
  const variables = agent.tree === undefined ? {} : readAgentVariables(cwd, env);
  const job = { run: manifest.id, dir, cwd, agent, attempt, prompt, variables };
  return maxUsd === undefined ? job : { ...job, maxUsd };
}

/** Makes the event of a dispatch by this process, which is recorded before the client starts. */
export function buildDispatchOf({ agent, attempt, maxUsd }: Job, { driver }: AgentRunner): RunEvent {
  const owner = identifyProcess();
  const { id, wave } = agent;
  return buildDispatchedEvent({
    agent: id,
    attempt,
    driver,
    wave,
    ...(owner ? { owner } : {}),
    // In the ledger before the client starts: it counts if this process is killed.
    ...(maxUsd === undefined ? {} : { maxUsd }),
  });
}

/** Locks the worktree of an agent that this process carries. */
export function lockTreeOf({ run, agent: { tree } }: Job): void {
  const owner = identifyProcess();
  if (tree !== undefined && owner) lockTree(tree, run, owner);
}
