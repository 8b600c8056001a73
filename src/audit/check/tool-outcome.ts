/** What became of a program that an audit asked; it is never an error that it is not there. */
export type ToolOutcome =
  | { kind: 'missing' }
  | { kind: 'timeout'; seconds: number }
  | { kind: 'ended'; code: number; stdout: string; stderr: string };
