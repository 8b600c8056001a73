/** A change to a repository that is about to begin. If the process is killed, the next one can undo it. */
export type Intent = AddIntent | RefsIntent;

/** A worktree is being registered, without files yet. */
export interface AddIntent {
  kind: 'add';
  place: string;
  branch: string;
  base: string;
  /** The branch existed before and must not be deleted. */
  adopts: boolean;
}

/** Refs are being written or deleted: their lock files may be left. */
export interface RefsIntent {
  kind: 'refs';
  /** Full names, e.g. `refs/heads/main`. */
  refs: string[];
}

/** The journal file for an intent. */
export function serializeIntent(intent: Intent): string {
  return `${JSON.stringify({ version: 1, ...intent })}\n`;
}

/** Parses the journal file; undefined if it is incomplete after a crash of the machine. Pure. */
export function parseIntent(text: string): Intent | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const isAdd = value.kind === 'add' && [value.place, value.branch, value.base].every(isString);
    const isRefs = value.kind === 'refs' && Array.isArray(value.refs) && value.refs.every(isString);
    return isAdd || isRefs ? (value as unknown as Intent) : undefined;
  } catch {
    return undefined;
  }
}

const isString = (value: unknown) => typeof value === 'string';
