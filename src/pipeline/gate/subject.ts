import type { HumanGate } from '../../run/ledger/stages.ts';

/** What a person is shown at a gate, and what their answer is bound to. */
export interface GateSubject {
  stage: HumanGate;
  /** Changes with anything that the answer is about. */
  hash: string;
  /** The engine has checked exactly this, and it holds: before that nobody is asked. */
  isChecked: boolean;
  title: string;
  /** The summary; commands stand in it to the letter. */
  lines: string[];
  /** Paths to look at, absolute. */
  files: string[];
}

/**
 * `open`: what stands here now was approved; `stale`: something was, and has changed since; `rejected`: what stands here now was
 * sent back; `closed`: nobody has said anything about it. Only `open` lets a build go on.
 */
export type GateStatus = 'open' | 'closed' | 'rejected' | 'stale';
