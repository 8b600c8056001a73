import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { findMainRepository } from '../../run/ledger/project.io.ts';
import { callGit } from '../../system/git/call.io.ts';
import { accept, ExpectedError, fault, type Result, reject } from '../../system/result.ts';
import { listRemotes } from '../../workspace/merge/push.io.ts';
import { workProblems } from './wording.ts';

/** A clone on this machine of a repository that tasks name. */
export interface Clone {
  /** The name that tasks use. */
  name: string;
  /** The top of its checkout. */
  directory: string;
  /** The remote through which work is exchanged; undefined: all executors share this clone. */
  remote: string | undefined;
}

/**
 * Finds the clones that an executor works in. `given`: `NAME=PATH`, or `NAME` for the current repository; without any, the current repository under
 * its own name.
 */
export async function findClones(given: readonly string[], cwd: string): Promise<Result<Map<string, Clone>>> {
  const clones = new Map<string, Clone>();
  for (const entry of given.length === 0 ? [''] : given) {
    const at = entry.indexOf('=');
    const place = resolve(cwd, at < 0 ? '.' : entry.slice(at + 1));
    const directory = existsSync(place) ? findMainRepository(place) : undefined;
    if (directory === undefined) return reject(workProblems.noRepository(place));
    const remote = await findRemote(directory);
    const name = (at < 0 ? entry : entry.slice(0, at)) || (await nameOf(directory, remote));
    if (clones.has(name)) return reject(workProblems.repositoryTwice(name));
    clones.set(name, { name, directory, remote });
  }
  return accept(clones);
}

/** `origin`, or else the first remote. */
async function findRemote(directory: string): Promise<string | undefined> {
  const remotes = await listRemotes(directory);
  return remotes.includes('origin') ? 'origin' : remotes[0];
}

/** The last part of the remote's address, or of the folder. */
async function nameOf(directory: string, remote: string | undefined): Promise<string> {
  const args = ['config', '--get', `remote.${remote}.url`];
  const url = remote === undefined ? '' : (await callGit(directory, args)).stdout.trim();
  return basename((url || directory).replace(/\/+$/, '')).replace(/\.git$/, '');
}

const FETCH_TIMEOUT_MS = 600_000;

/** Fetches all branches of the clone's remote. Throws an ExpectedError of the environment if it cannot be reached. */
export async function fetchBranches({ directory, remote }: Clone): Promise<void> {
  if (remote === undefined) return;
  const refspec = `+refs/heads/*:refs/remotes/${remote}/*`;
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  const { code, stderr } = await callGit(directory, [...args, '--', remote, refspec], {
    timeoutMs: FETCH_TIMEOUT_MS,
  });
  if (code !== 0) throw new ExpectedError(fault(workProblems.badRemote(directory, stderr)));
}

/** The full name of a branch of the repository, as this clone knows it. */
export const branchRef = ({ remote }: Clone, branch: string): string =>
  remote === undefined ? `refs/heads/${branch}` : `refs/remotes/${remote}/${branch}`;
