import { existsSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import { ensurePrivateDir } from '../../system/files/safe-dir.ts';
import { accept, type Result, warn } from '../../system/result.ts';
import { findMainRepository } from './project.io.ts';

const DEFAULT_ROOT = '/tmp/orchestration';
/** Faults of a root that belongs to this user: the user removes the fault and keeps the runs in it. */
const OURS_TO_CLOSE = new Set(['runs-root-writable', 'runs-root-shared']);

export interface RootChoice {
  /** `--runs-dir`, which wins over `SAO_RUNS_DIR`. */
  flag?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** For tests of the fallback. */
  standard?: string;
}

/**
 * Opens the folder of the runs and creates it if it is missing. It has mode 0700 and belongs to this user; otherwise the failure says why.
 * If the default root belongs to another user or is not a directory, a root with the user's id in its name is used; the hooks'
 * shell script decides the same.
 */
export function openRunsRoot({ flag, env, cwd, standard = DEFAULT_ROOT }: RootChoice): Result<string> {
  if (flag !== undefined) return openChosen(resolve(cwd, expandHome(flag, env)));
  if (env.SAO_RUNS_DIR) return openChosen(resolveVariable(expandHome(env.SAO_RUNS_DIR, env), env, cwd));
  const usual = ensurePrivateDir(standard);
  if (usual.ok || usual.diagnostics.some(({ code }) => OURS_TO_CLOSE.has(code))) return usual;
  const own = ensurePrivateDir(`${standard}-${process.getuid?.() ?? 'user'}`);
  if (!own.ok) return own;
  const why = usual.diagnostics.map(({ message }) => message).join('; ');
  const fix = usual.diagnostics[0]?.fix;
  return accept(own.value, [
    warn('runs-root-fallback', `${why}: runs are kept in ${own.value}`, {
      target: standard,
      ...(fix === undefined ? {} : { fix }),
    }),
  ]);
}

/** A relative path of the variable starts at the project: a settings file sets it for all folders of the project and for its worktrees. */
function resolveVariable(path: string, env: RootChoice['env'], cwd: string): string {
  if (isAbsolute(path)) return path;
  return resolve(env.CLAUDE_PROJECT_DIR || findMainRepository(cwd) || cwd, path);
}

/** `~` and `~/…`, which a shell expands and a settings file does not. */
function expandHome(path: string, { HOME }: RootChoice['env']): string {
  return HOME !== undefined && /^~(?:\/|$)/.test(path) ? join(HOME, path.slice(1)) : path;
}

// Create the missing parents of a folder that the user named one by one, so that none is created through a planted link.
function openChosen(path: string): Result<string> {
  const missing: string[] = [];
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      return describeFileError(error, folder, 'make the folder for runs').failure;
    }
  }
  return ensurePrivateDir(path);
}
