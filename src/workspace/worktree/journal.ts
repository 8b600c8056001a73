/** What is about to be changed in a repository, so that whoever comes after a killed process can undo it. */
export type Intent = AddIntent | RefsIntent;

/** A worktree is being registered, without files in it yet. */
export interface AddIntent {
  kind: 'add';
  place: string;
  branch: string;
  base: string;
  /** The branch was there before: it stays, whatever happens. */
  adopts: boolean;
}

/** Refs are being written or deleted: their lock files may be left. */
export interface RefsIntent {
  kind: 'refs';
  /** Full names. */
  refs: string[];
}

export function serializeIntent(intent: Intent): string {
  return `${JSON.stringify({ version: 1, ...intent })}\n`;
}

/** Undefined if it was torn by a crash of the machine. Pure. */
export function parseIntent(text: string): Intent | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const isAdd = value.kind === 'add' && [value.place, value.branch, value.base].every(isText);
    const isRefs = value.kind === 'refs' && Array.isArray(value.refs) && value.refs.every(isText);
    return isAdd || isRefs ? (value as unknown as Intent) : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown) => typeof value === 'string';
