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
}

/** The check and the path of a command worker that runs a built-in check; undefined for other commands. */
export function readCheckCommand(
  command: readonly string[] | null | undefined,
): Pick<CheckRequest, 'id' | 'path'> | undefined {
  const [program, name, id, path = '.', ...others] = command ?? [];
  const isCheck = program === 'sao' && name === 'check' && id !== undefined && others.length === 0;
  return isCheck && !id.startsWith('-') && !path.startsWith('-') ? { id, path } : undefined;
}
