import type { PlannedAgent } from '../run/ledger/manifest.ts';
import type { EventOf, RunEvent } from '../run/ledger/run-event.ts';
import type { Hold } from '../run/ledger/service-state.ts';
import type { Launcher } from '../system/process/launch.ts';
import type { Confinement } from '../system/sandbox/confinement.ts';
import type { AgentRunner } from './agent-runner.ts';
import type { CheckProcess } from './check-process.io.ts';
import type { Schedule } from './schedule.ts';
import type { LimitPolicy } from './service-limits.ts';
import type { Tuning } from './tuning.ts';

/** How `sao run` carries out agents. */
export interface DriveOptions extends Tuning {
  schedule: Schedule;
  /** Carries out the agents of a model; without one only the engine's own work is done. */
  modelRunner: AgentRunner | undefined;
  /** How the programs of agents and command workers are kept from what decides about runs. */
  confinement: Confinement;
  /** Starts the programs of those agents. Command workers are started by Node, in half the time. */
  launcher: Launcher | undefined;
  /** Carries out the plan's command workers. */
  commandRunner: AgentRunner;
  /** Answers the built-in checks among them. */
  checks: CheckProcess;
  /** Maximum number of command workers at the same time. */
  commands: number;
  maxCostUsd: number | undefined;
  /** What other runs under the same bound have spent, in USD. */
  spentElsewhereUsd: number;
  /** What to do at a used-up limit of the account. */
  onLimit: LimitPolicy;
  env: Readonly<Record<string, string | undefined>>;
}

/** What a progress line tells. */
export type ProgressNotice =
  | { kind: 'started'; agent: PlannedAgent; attempt: number }
  | { kind: 'ended'; agent: PlannedAgent; events: readonly RunEvent[] }
  | { kind: 'limited'; agent: PlannedAgent; limit: EventOf<'rate-limited'>; now: number }
  /** Nothing starts until a limit of the account ends. */
  | { kind: 'waiting'; hold: Hold; now: number };
