import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../../run/ledger/roots.io.ts';
import type { WorktreeSettings } from '../../run/ledger/settings.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { withAsyncLock } from '../../system/git/take-lock.io.ts';
import { type PortRange, portsPath, readPortRange } from '../../system/git/worktree-variables.io.ts';
import { ExpectedError, reject } from '../../system/result.ts';
import { readAdminEntries } from './admin.io.ts';
import type { Site } from './site.io.ts';
import { preparationProblems } from './wording.ts';

type Env = Readonly<Record<string, string | undefined>>;

const WAIT_MS = 60_000;
const MAX_PORT = 65_535;

/** Gives a worktree the lowest range of ports that no other worktree of this user on this machine has. `gitDir`: git's folder of the worktree. */
export async function assignPorts(
  { repo }: Site,
  gitDir: string,
  { base, size }: NonNullable<WorktreeSettings['ports']>,
  env: Env,
): Promise<void> {
  const own = portsPath(gitDir);
  const folder = openStateFolder(env) ?? repo.ours;
  await withAsyncLock(join(folder, 'ports.lock'), WAIT_MS, async () => {
    const listPath = join(folder, 'ports.json');
    const inRepository = readAdminEntries(repo).map(({ path }) => portsPath(path));
    const others = new Map<string, PortRange>();
    for (const path of [...inRepository, ...readList(listPath)]) {
      const range = path === own ? undefined : readPortRange(path);
      if (range) others.set(path, range);
    }
    const first = findFree([...others.values()], base, size);
    if (first === undefined) throw new ExpectedError(reject(preparationProblems.noPorts(base, size)));
    writeAtomic(own, `${JSON.stringify({ version: 1, base: first, count: size })}\n`);
    writeAtomic(listPath, `${JSON.stringify({ version: 1, files: [...others.keys(), own] }, null, 1)}\n`);
  });
}

function findFree(taken: readonly PortRange[], base: number, size: number): number | undefined {
  const isFree = (first: number) =>
    taken.every((range) => first + size <= range.base || range.base + range.count <= first);
  let first = base;
  while (!isFree(first)) first += size;
  return first + size > MAX_PORT + 1 ? undefined : first;
}

/** The user's folder for what concerns all projects on this machine; undefined if it cannot be made. Without it, ports are unique only in a repository. */
function openStateFolder(env: Env): string | undefined {
  const folder = join(stateFolder(env), 'sao');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return undefined;
  }
}

/** The files with the ports of worktrees of all repositories. A worktree's file ends with the worktree. */
function readList(path: string): string[] {
  try {
    const { files } = JSON.parse(readBoundedText(path)) as { files?: unknown };
    return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [];
  } catch {
    return [];
  }
}
