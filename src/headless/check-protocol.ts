import type { Finding, SuppressedFinding } from '../findings/finding.ts';

/** A call of `sao check ID PATH`, sent to the process that answers all of them. One JSON document per line. */
export interface CheckRequest {
  number: number;
  id: string;
  /** Absolute. */
  path: string;
  /** Requests with the same path and version may share what was read of the folder. */
  version: number;
}

/** What the call would have printed as a process of its own. One JSON document per line. */
export interface CheckReply {
  number: number;
  exitCode: number;
  stdout: string;
  stderr: string;
  durationMs: number;
  /** What it found, as data; missing if it failed. */
  findings?: readonly Finding[];
  /** What marks in the code suppress, as data; with `findings`. */
  suppressed?: readonly SuppressedFinding[];
}
