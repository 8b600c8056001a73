import { dirname, join } from 'node:path';
import { sumAuditCosts } from '../../run/cost/audit-costs.io.ts';
import { measureParents } from '../../run/cost/measure.io.ts';
import type { Action } from '../../run/dispatch/action.ts';
import { decideNext } from '../../run/dispatch/next.ts';
import { previewSnapshot } from '../../run/dispatch/snapshot.io.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { configPath, readUserConfig } from '../../run/ledger/config.io.ts';
import { listNeeds, type Need } from '../../run/status/needs.ts';
import { describeStatus, type RunStatus } from '../../run/status/status.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import { decideBuild } from '../machine/decide.ts';
import { decideBuildAction } from '../machine/next.ts';
import { describeStages, type StageLine } from '../machine/pipeline.ts';
import type { BuildStep } from '../machine/step.ts';
import { readBuildView } from '../machine/view.io.ts';
import { addMissingProject } from './missing-project.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The runner `command` and its remembered program. */
export interface ProgramRunner {
  driver: 'command';
  /** null: none is remembered. */
  program: string | null;
  configuration: string;
}

/** All that `sao status --json` and the dashboard say about a run. */
export interface RunOverview extends RunStatus {
  runner?: ProgramRunner;
  /** The stages of a build. */
  stages?: StageLine[];
}

/** Reads the status of a run with what it needs from a human and what a build's audits have cost. */
export function readStatus(snapshot: Snapshot): RunStatus {
  const audits = sumAuditCosts(snapshot.dir, snapshot.state);
  return describeStatus(snapshot, { audits, needs: addMissingProject(snapshot, readNeeds(snapshot)) });
}

/** Reads the status with the stages of a build, the runner's program, and what the run costs the conversations that carry it. */
export function readOverview(snapshot: Snapshot, env: Env): RunOverview {
  const runner = readRunner(snapshot, env);
  const context = measureParents(snapshot.state, snapshot.plan?.agents ?? []);
  const stages = snapshot.manifest.mode === 'build' ? describeStages(readBuildView(snapshot)) : undefined;
  return {
    ...readStatus(snapshot),
    ...(runner ? { runner } : {}),
    ...(context ? { context } : {}),
    ...(stages ? { stages } : {}),
  };
}

/** What the run, or the audit that its build waits for, needs from a human. */
function readNeeds(snapshot: Snapshot): Need[] {
  const policy = readApprovalPolicy();
  if (snapshot.manifest.mode !== 'build') return listNeeds(snapshot, decideNext(snapshot, 'agent'), policy);
  const view = readBuildView(snapshot);
  const next = decideBuildAction(view);
  if (!('child' in next)) return listNeeds(snapshot, withReason(next, decideBuild(view)), policy);
  const audit = previewSnapshot(join(dirname(snapshot.dir), next.child), new Date(snapshot.now));
  return listNeeds(audit, decideNext(audit, 'agent'), policy);
}

/** Replaces an action's message, which tells a session what to do, by the reason why a build stopped. */
function withReason(action: Action, step: BuildStep): Action {
  return step.kind === 'stuck' || step.kind === 'halted' ? { ...action, message: step.reason } : action;
}

/** The program that `sao run` starts for the agents of a run; undefined if the run has another runner. */
function readRunner({ manifest }: Snapshot, env: Env): ProgramRunner | undefined {
  if (manifest.driver !== 'command') return undefined;
  const config = readUserConfig(env);
  const program = config.ok ? (config.value.program ?? null) : null;
  return { driver: 'command', program, configuration: configPath(env) };
}
