/** How a program of a check ended. A missing program is not an error of the audit. */
export type ToolOutcome =
  | { kind: 'missing' }
  | { kind: 'timeout'; seconds: number }
  | { kind: 'ended'; code: number; stdout: string; stderr: string };
