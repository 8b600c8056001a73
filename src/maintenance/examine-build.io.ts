import { join } from 'node:path';
import { projectConfigPath } from '../run/ledger/project-config.ts';
import { clientVariable } from '../system/client/settings.io.ts';
import { readFileStart } from '../system/files/bounded.ts';
import { askGit, callGit } from '../system/git/call.io.ts';
import { askLookUp } from '../system/git/look-up.io.ts';
import { findCommit, openRepository } from '../system/git/repository.io.ts';
import { readVersion } from '../system/process/version.ts';
import { ExpectedError } from '../system/result.ts';
import { listEmptySubmodules, listOutdatedSubmodules } from '../workspace/worktree/submodules.io.ts';
import { isSparseCheckout } from '../workspace/worktree/tree-work.io.ts';
import { type Checkup, judgeGit } from './judge.ts';
import {
  type BaseState,
  judgeAuthor,
  judgeBase,
  judgeCommit,
  judgeLargeFiles,
  judgeOutdatedSubmodules,
  judgeOutputTokens,
  judgeSigning,
  judgeSparse,
  judgeSubmodules,
  judgeUpstream,
  type LargeFiles,
  needsLfs,
  type OmittedFiles,
  OUTPUT_TOKENS_VARIABLE,
  type Upstream,
} from './judge-build.ts';

/**
 * Checks what a build of `project` needs from this machine and the repository; changes nothing. `isClaude`: the build's agents
 * run in Claude Code, not in another program.
 */
export async function examineBuild(
  project: string,
  env: Readonly<Record<string, string | undefined>>,
  isClaude = true,
): Promise<Checkup[]> {
  const tokens = judgeOutputTokens(clientVariable(env, project, OUTPUT_TOKENS_VARIABLE), isClaude);
  const git = judgeGit(await readVersion('git', ['--version'], { cwd: project, env: { ...env } }));
  if (git.level === 'fail') return [tokens, git];
  return [tokens, git, ...(await examineRepository(project))];
}

async function examineRepository(project: string): Promise<Checkup[]> {
  const author = await examineAuthor(project);
  try {
    const repo = await openRepository(project);
    const { directory } = repo;
    const files = await readLargeFiles(directory);
    const commit = await findCommit(directory, 'HEAD');
    const commits = judgeCommit(directory, { commit });
    return commit === undefined
      ? [author, commits]
      : [
          author,
          commits,
          // Without the program that its filter needs, git cannot compare the files.
          ...(needsLfs(files) ? [] : [judgeBase(directory, await readBase(directory))]),
          ...judgeSigning(directory, await signsCommits(directory)),
          ...judgeUpstream(directory, await readUpstream(directory)),
          ...judgeSparse(directory, await readLeftOut(directory)),
          ...judgeSubmodules(directory, await listEmptySubmodules(directory)),
          ...judgeOutdatedSubmodules(directory, await listOutdatedSubmodules(repo, directory)),
          ...judgeLargeFiles(directory, files),
        ];
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const [found] = error.failure.diagnostics;
    return [author, judgeCommit(project, { message: found?.message ?? error.message, fix: found?.fix })];
  }
}

// Read only the configuration: git's fallback, a name made from user and host names, is not a real author.
async function examineAuthor(project: string): Promise<Checkup> {
  const read = async (key: string) => (await callGit(project, ['config', '--get', key])).stdout.trim();
  return judgeAuthor(await read('user.name'), await read('user.email'));
}

/** Whether git signs the commits of agents, as the configuration says. */
async function signsCommits(directory: string): Promise<boolean> {
  // Our own calls of git turn signing off on the command line, which `git config --get` would tell; files are asked alone.
  const scopes = ['--worktree', '--local', '--global', '--system'];
  for (const scope of scopes) {
    const { code, stdout } = await callGit(directory, [
      'config',
      scope,
      '--type=bool',
      '--get',
      'commit.gpgSign',
    ]);
    if (code === 0 && stdout.trim() !== '') return stdout.trim() === 'true';
  }
  return false;
}

/** The files of HEAD that a sparse checkout leaves out; undefined if the checkout is not sparse. */
async function readLeftOut(directory: string): Promise<OmittedFiles | undefined> {
  if (!(await isSparseCheckout(directory))) return undefined;
  const tags = (await askGit(directory, ['ls-files', '-t', '-z'])).split('\0');
  const paths = tags.filter((line) => line.startsWith('S ')).map((line) => line.slice(2));
  const config = projectConfigPath('.');
  return { files: paths.length, config: paths.find((path) => path === config) };
}

async function readBase(directory: string): Promise<BaseState> {
  const head = await callGit(directory, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=normal'];
  const status = await askLookUp(directory, args);
  const branch = head.code === 0 ? head.stdout.trim() : undefined;
  const lines = status.split('\0').filter((line) => line !== '');
  const isUntracked = (line: string) => line.startsWith('??');
  const path = (line: string) => line.slice(3);
  return {
    branch,
    likelyBranch: branch === undefined ? await findLikelyBranch(directory) : undefined,
    changed: lines.filter((line) => !isUntracked(line)).map(path),
    untracked: lines.filter(isUntracked).map(path),
  };
}

/**
 * The branch that a detached HEAD most likely came from: one at the same commit, the remote's default branch, or the only branch. Of several
 * branches at the commit, the remote's default or the first by name.
 */
async function findLikelyBranch(directory: string): Promise<string | undefined> {
  const list = async (...args: string[]) =>
    (await askGit(directory, ['for-each-ref', '--format=%(refname:lstrip=2)', ...args, 'refs/heads/']))
      .split('\n')
      .filter((name) => name !== '' && !name.startsWith('orchestration/'));
  const branches = await list();
  const atHead = await list('--points-at=HEAD');
  const remote = await callGit(directory, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']);
  const remoteDefault = remote.code === 0 ? remote.stdout.trim().replace(/^origin\//, '') : '';
  if (branches.includes(remoteDefault) && (atHead.length === 0 || atHead.includes(remoteDefault)))
    return remoteDefault;
  return atHead[0] ?? (branches.length === 1 ? branches[0] : undefined);
}

/** How far the current branch is behind its upstream, as of the last fetch; undefined if it has none. */
async function readUpstream(directory: string): Promise<Upstream | undefined> {
  const named = await callGit(directory, [
    'rev-parse',
    '--abbrev-ref',
    '--symbolic-full-name',
    '@{upstream}',
  ]);
  if (named.code !== 0) return undefined;
  const counted = await callGit(directory, ['rev-list', '--count', 'HEAD..@{upstream}']);
  return counted.code === 0 ? { name: named.stdout.trim(), behind: Number(counted.stdout) } : undefined;
}

/** Files that are read to find out whether they are pointers. */
const MAX_READ_FILES = 200;
const POINTER = 'version https://git-lfs.github.com/spec/';

async function readLargeFiles(directory: string): Promise<LargeFiles | undefined> {
  const listed = await callGit(directory, ['ls-files', '-z', '--', ':(attr:filter=lfs)']);
  const paths = listed.stdout.split('\0').filter((path) => path !== '');
  if (listed.code !== 0 || paths.length === 0) return undefined;
  const pointers = paths
    .slice(0, MAX_READ_FILES)
    .filter((path) => startsWith(join(directory, path), POINTER));
  const isInstalled = (await callGit(directory, ['lfs', 'version'])).code === 0;
  const required = await callGit(directory, ['config', '--type=bool', '--get', 'filter.lfs.required']);
  const isRequired = required.stdout.trim() === 'true';
  return {
    total: paths.length,
    pointers,
    isInstalled,
    isRequired,
    isSkipped: isSet(process.env.GIT_LFS_SKIP_SMUDGE),
  };
}

const isSet = (value: string | undefined) => value !== undefined && !/^(?:|0|false)$/i.test(value);

function startsWith(path: string, text: string): boolean {
  try {
    return readFileStart(path, text.length).toString('utf8') === text;
  } catch {
    return false;
  }
}
