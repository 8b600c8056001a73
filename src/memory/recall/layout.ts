/** The folder of memory, relative to a tree: the project, or a worktree of a run. */
export const MEMORY = ['.orchestration', 'memory'] as const;
export const SESSIONS = 'sessions';
export const ARCHIVE = 'archive';
export const FORGOTTEN = 'forgotten';

/** Path of the records of one session, relative to the memory folder, with `/`. */
export function sessionPath(role: string, run: string, agent: string): string {
  return `${SESSIONS}/${safeName(role)}/${safeName(`${run}-${agent}`)}.json`;
}

/** Path of an archived record, relative to the memory folder, with `/`. */
export function archivePath(run: string, number: number): string {
  return `${ARCHIVE}/${safeName(run)}-${number}.json`;
}

/** Path of the tombstone of a record, relative to the memory folder, with `/`. */
export function tombstonePath(id: string): string {
  return `${FORGOTTEN}/${safeName(id)}`;
}

// A name must not lead out of its folder.
function safeName(name: string): string {
  return name.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_');
}
