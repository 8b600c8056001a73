import type { HumanGate } from '../ledger/stages.ts';
import type { DispatchCall } from './call.ts';

export type ActionName =
  | 'plan'
  | 'confirm'
  | 'dispatch'
  | 'workflow'
  | 'wait'
  | 'retry'
  | 'coordinate'
  | 'ask'
  | 'run'
  | 'report'
  | 'done'
  | 'halted';

/** The one next action of a run. */
export interface Action {
  action: ActionName;
  run: string;
  wave?: number;
  agents?: DispatchCall[];
  /** The files that a coordinator reads. */
  files?: { id: string; output: string }[];
  /** The script that the parent gives to the Workflow tool. */
  scriptPath?: string;
  command?: string;
  /** Of a wait: when the service admits agents again. ISO 8601, UTC. */
  until?: string;
  /** The gate that a human is asked about. */
  gate?: HumanGate;
  /** What the human is shown before deciding: the domains of a plan, or the work at a gate. */
  shown?: string[];
  message?: string;
}
