import type { FindingCounts } from '../../findings/finding.ts';
import type { ApprovalFault } from '../../system/approval/judge.ts';
import type { ApprovalProof } from '../../system/approval/record.ts';
import type { ProcessIdentity } from '../../system/process/identity.ts';
import type { Verdict } from '../outputs/sentinel.ts';
import type { AgentForecast } from './agent-forecast.ts';
import type { BuildEvent } from './build-events.ts';
import type { Driver, Model, RunMode } from './manifest.ts';
import type { AskedCall } from './question.ts';
import type { HumanGate } from './stages.ts';

/** The events of a run. A line of the ledger is one event with `v` and `at`. Their keys are in `events.ts`, their replay in `state.ts`. */
export type RunEvent =
  | BuildEvent
  | { type: 'run-created'; mode: RunMode; task: string; project?: string }
  | {
      type: 'plan-accepted';
      hash: string;
      workers: number;
      coordinators: number;
      waves: number;
      /** Tokens in the parent's conversation, by driver. */
      forecast?: Partial<Record<Driver, number>>;
      /** The forecast use of the agents. */
      agents?: AgentForecast;
    }
  /** A client's session carries this run; its transcript shows the cost. */
  | { type: 'session-seen'; session: string; transcript?: string }
  /** A version of the client that carries agents of this run: `session` as its transcript says, `runner` as the program answers. */
  | { type: 'client-seen'; version: string; by: 'session' | 'runner' }
  | { type: 'context-budget'; tokens: number }
  /** A human's turn came after the plan, or the client asked about it. Holds the hash of the plan and of the one-time token. */
  | { type: 'plan-asked'; hash: string; token: string; call?: AskedCall }
  | ({ type: 'plan-confirmed' } & Approved)
  | { type: 'driver-chosen'; driver: Driver; by?: 'engine' }
  | { type: 'workflow-started'; session: string; owner?: ProcessIdentity; toolUse?: string }
  /** The client's receipt: the folder of this workflow's agents in the transcripts of the session. */
  | { type: 'workflow-launched'; folder: string }
  | { type: 'workflow-ended'; session: string }
  | { type: 'commands-asked'; hash: string; token: string; call?: AskedCall }
  | ({ type: 'commands-approved'; hash: string } & Approved)
  /** The command that makes a new worktree ready may run; the hash is that of the command. */
  | ({ type: 'setup-approved'; hash: string } & Approved)
  | {
      type: 'dispatched';
      agent: string;
      attempt: number;
      driver: Driver;
      wave: number;
      owner?: ProcessIdentity;
      session?: string;
      /** The client's id of the Agent call; links a subagent to what it was dispatched for. */
      toolUse?: string;
      via?: 'hook' | 'prompt';
      /** The most that the attempt may cost, in USD. It counts if nothing tells what the attempt cost. */
      maxUsd?: number;
    }
  | { type: 'started'; agent: string; attempt: number; child: ProcessIdentity }
  | { type: 'sent-back'; agent: string; attempt: number; fault: string }
  | {
      type: 'returned';
      agent: string;
      attempt: number;
      chars: number;
      line: string;
      verdict: Verdict;
      words: number;
      findings: FindingCounts;
      /** Tool calls that the client did not permit, as `Bash: npm test`: what the agent says about them is not proved. */
      denied?: readonly string[];
      /** SHA-256 of the output, if it is done: only this content counts from now on. */
      outputHash?: string;
      /** SHA-256 of the file with the findings of a built-in check. */
      findingsHash?: string;
      /** A coordinator summarised its domain before the agents in it had ended, so that its file does not count. */
      isEarly?: true;
      fault?: string;
    }
  | {
      type: 'spent';
      agent: string;
      attempt: number;
      costUsd: number;
      inputTokens: number;
      outputTokens: number;
      durationMs: number;
      /** The client reported no cost; an estimate counts. */
      isEstimate?: true;
      /** The client reported no cost, and nothing is assumed: `costUsd` is 0. */
      isUnknown?: true;
    }
  /** The service refused the attempt for a time: nothing of this model, or without a model nothing at all, starts before. */
  | {
      type: 'rate-limited';
      agent: string;
      attempt: number;
      waitMs: number;
      /** `usage`: the account's limit is used up. */
      kind?: 'blip' | 'usage';
      model?: Model;
      /** The model of the agent, if the service names another one: nothing of either starts before. */
      answering?: Model;
      /** ISO 8601, UTC: when the limit ends. Without it, `waitMs` counts from the event. */
      until?: string;
      /** The service's words. */
      text?: string;
    }
  /** The service refused the attempt for a cause that only a human can remove. */
  | { type: 'refused'; agent: string; attempt: number; cause: string; model?: Model; text: string }
  | { type: 'released'; agent: string; attempt: number; reason: string }
  | { type: 'retried'; agent: string; reason: string }
  | { type: 'gap'; agent: string; reason: string; by: 'user' | 'engine' }
  /** A human was asked to approve a gate. Holds the hashes of the shown text and of the one-time token. */
  | { type: 'gate-asked'; stage: HumanGate; hash: string; token: string; call?: AskedCall }
  | ({ type: 'gate-approved'; stage: HumanGate; hash: string; note?: string } & Approved)
  | ({ type: 'gate-rejected'; stage: HumanGate; hash: string; note: string } & Approved)
  | { type: 'halted'; reason: string }
  | { type: 'resumed' }
  /** A human wants to try although the service has said that a limit is used up. */
  | { type: 'limits-lifted' }
  /** The sandbox of the agents that `sao run` and the engine start; `reason`: why there is none. */
  | { type: 'sandbox-chosen'; kind: 'bwrap' | 'sandbox-exec' | 'none'; reason?: string }
  /** Settings of the client in the project or a worktree that were changed while these agents were at work; paths relative to the top of the checkout. */
  | { type: 'client-settings-changed'; agents: readonly string[]; paths: readonly string[] }
  /** Replaces an approval without a valid seal when a ledger is read; never written. */
  | { type: 'unproved'; event: string; fault: ApprovalFault }
  /** `outputs`: SHA-256 of the outputs that were reported of agents which have not returned: only this content counts until they do. */
  | { type: 'reported'; findings: FindingCounts; gaps: number; outputs?: Readonly<Record<string, string>> };

/** The record of an approval with its proof. `signer`: who has signed it; set when a ledger is read, never written. */
export type Approved = ApprovalProof & { signer?: string };

export type EventType = RunEvent['type'];

/** The event of one type. */
export type EventOf<Type extends EventType> = Extract<RunEvent, { type: Type }>;

/** An event as the ledger holds it: `at` is ISO 8601, UTC. */
export type LedgerEntry = RunEvent & { v: 1; at: string };
