import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unwrap } from '../../src/system/result.ts';
import { openSite, type Site } from '../../src/workspace/worktree/site.io.ts';
import { makeScratch } from '../harness/scratch.ts';

export const RUN = '20260101-120000-0a1b2c3d';

/** Runs git for a test: with an identity and without the user's configuration. */
const ENV = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

export function tryGit(
  directory: string,
  ...args: string[]
): { code: number | null; out: string; err: string } {
  const safe = ['-c', 'gc.auto=0', '-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always'];
  const { status, stdout, stderr } = spawnSync('git', [...safe, ...args], {
    cwd: directory,
    env: ENV,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { code: status, out: stdout, err: stderr };
}

/** Git's output, trimmed; throws if git fails. */
export function git(directory: string, ...args: string[]): string {
  const { code, out, err } = tryGit(directory, ...args);
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${err}`);
  return out.trim();
}

export function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

export function commit(directory: string, files: Readonly<Record<string, string>>, message = 'Work'): string {
  write(directory, files);
  git(directory, 'add', '--all', '--sparse');
  git(directory, 'commit', '--quiet', '--allow-empty', '-m', message);
  return git(directory, 'rev-parse', 'HEAD');
}

/** Creates a repository with one commit on `main` and an identity for commits. */
export function makeRepository(
  files: Readonly<Record<string, string>> = { 'README.md': 'A project\n', 'src/a.txt': 'a\n' },
  directory = join(makeScratch(), 'project'),
): string {
  mkdirSync(directory, { recursive: true });
  git(directory, 'init', '--quiet');
  git(directory, 'config', 'user.name', 'Test');
  git(directory, 'config', 'user.email', 'test@example.com');
  commit(directory, files, 'First');
  return realpathSync(directory);
}

export async function makeSite(project: string, run = RUN): Promise<Site> {
  const runDir = join(makeScratch(), run);
  mkdirSync(runDir);
  return unwrap(await openSite({ project, runDir, run }));
}

/** Every file of a directory with its bytes and mode; of `.git` only the index and HEAD. */
export function fingerprint(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  const names = readdirSync(directory, { recursive: true, withFileTypes: true });
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name).slice(directory.length + 1);
    const counts = !path.startsWith('.git/') || path === '.git/index' || path === '.git/HEAD';
    if (entry.isFile() && counts) found[path] = readFileSync(join(directory, path)).toString('base64');
  }
  return found;
}
