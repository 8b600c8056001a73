import type { HumanGate } from '../../run/ledger/stages.ts';

/** What a gate shows to a human, and the hash that the answer is bound to. */
export interface GateSubject {
  stage: HumanGate;
  /** Changes with anything that the answer is about. */
  hash: string;
  /** Whether this hash passed the engine's check. The gate asks only then. */
  isChecked: boolean;
  title: string;
  /** The summary; it quotes commands verbatim. */
  lines: string[];
  /** Paths to look at, absolute. */
  files: string[];
}

/**
 * `open`: the current work is approved; `stale`: earlier work was approved and has changed; `rejected`: the current work was
 * rejected; `closed`: no answer yet. A build continues only after `open`.
 */
export type GateStatus = 'open' | 'closed' | 'rejected' | 'stale';
