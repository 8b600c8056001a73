import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';

/** The client's session that this process was started from; undefined outside of one. */
export function sessionOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const id = env.CLAUDE_CODE_SESSION_ID;
  return id !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : undefined;
}

/** Enables the hooks of a session that has no run yet. */
export function markSession(root: string, session: string): void {
  const folder = ensurePrivateDir(sessionsDir(root));
  const path = folder.ok ? join(folder.value, session) : undefined;
  if (path !== undefined && !existsSync(path)) writeAtomic(path, '');
}

/** Binds a run to a session, which enables the session's hooks. */
export function bindSession(root: string, session: string, dir: string): void {
  const folder = ensurePrivateDir(sessionsDir(root));
  if (!folder.ok) return;
  const runs = runsOfSession(root, session).filter((other) => other !== dir);
  writeAtomic(join(folder.value, session), `${[...runs, dir].join('\n')}\n`);
}

/** The directories of a session's active runs, the latest last. */
export function runsOfSession(root: string, session: string): string[] {
  const path = join(sessionsDir(root), session);
  return (readWithoutLink(path) ?? '').split('\n').filter((line) => line !== '');
}

/** Unbinds a finished or removed run from every session. Hooks of a session without a run end at once. */
export function unbindRun(root: string, dir: string): void {
  const folder = sessionsDir(root);
  if (!existsSync(folder)) return;
  for (const session of readdirSync(folder)) {
    const runs = runsOfSession(root, session);
    if (!runs.includes(dir)) continue;
    const others = runs.filter((other) => other !== dir);
    if (others.length > 0) writeAtomic(join(folder, session), `${others.join('\n')}\n`);
    else rmSync(join(folder, session), { force: true });
  }
}
/** Where markers say which sessions have a run under way; the hooks' shell script looks at the same place. */

export function sessionsDir(root: string): string {
  return join(root, '.sessions');
}
