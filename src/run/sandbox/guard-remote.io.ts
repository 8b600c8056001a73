import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPlainGit } from '../../system/git/call.io.ts';
import { placeOfCommand } from '../../system/git/command-kind.ts';
import type { GuardedCall } from '../../system/git/guard.ts';
import { ExpectedError, reject } from '../../system/result.ts';

/** A command that talks to a remote: outside of the sandbox with safer arguments, or inside because the remote is a folder of this machine. */
export type RemoteGuard =
  | { isOutside: true; args: readonly string[] }
  | { isOutside: false; writable: readonly string[] };

/** Settings with which git starts no program for a remote on another machine, besides ssh and the user's own helpers. */
const SAFE_REMOTE = [
  'protocol.ext.allow=never',
  'protocol.file.allow=never',
  'push.gpgSign=false',
  'push.recurseSubmodules=no',
  'core.alternateRefsCommand=true',
];
/** Settings with which Git LFS starts another program for what it sends. */
const LFS_PROGRAM = /^lfs\.(?:customtransfer\.|(?:.+\.)?standalonetransferagent$)/;
const HELPER = /^credential\.(?:.+\.)?helper$/;

/**
 * Decides for push, fetch and ls-remote. A remote on another machine needs the user's keys and helpers; those that the repository's own configuration
 * names are not started. A remote on this machine has hooks, and the repository names the programs that read it. Throws an ExpectedError if the
 * repository names a program for connections.
 */
export async function guardRemote({ directory, args }: GuardedCall): Promise<RemoteGuard> {
  const [first = '', ...rest] = args.slice(placeOfCommand(args));
  const isLfs = first === 'lfs';
  const [name = '', ...words] = isLfs ? rest : [first, ...rest];
  const urls = await findUrls(directory, [name, ...words]);
  const paths = urls.flatMap((url) => pathOfRemote(url, directory));
  if (paths.length > 0) {
    const isPush = name === 'push';
    return { isOutside: false, writable: isPush ? paths.flatMap(folderOfRepository) : [] };
  }
  const settings = [...SAFE_REMOTE, ...(await replaceHelpers(directory, isLfs))];
  return { isOutside: true, args: [...settings.flatMap((setting) => ['-c', setting]), ...args] };
}

async function findUrls(directory: string, [command, ...rest]: readonly string[]): Promise<string[]> {
  const end = rest.indexOf('--');
  const remote = end < 0 ? rest.find((word) => !word.startsWith('-')) : rest[end + 1];
  if (remote === undefined) return [];
  const push = command === 'push' ? ['--push'] : [];
  const { code, stdout } = await runPlainGit(directory, ['remote', 'get-url', '--all', ...push, remote]);
  return code === 0 ? stdout.split('\n').filter((url) => url !== '') : [remote];
}

/** The path of a remote on this machine; none for an address with a scheme or a host. */
function pathOfRemote(url: string, directory: string): string[] {
  if (url.startsWith('file://')) return [fileURLToPath(url)];
  const isPath = !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) && !/^[^/]*:/.test(url);
  return isPath || existsSync(resolve(directory, url)) ? [resolve(directory, url)] : [];
}

/** Git's folder of the repository at this path; none if there is no repository, so that no other folder can be written. */
function folderOfRepository(path: string): string[] {
  const found = [join(path, '.git'), path].find((folder) =>
    ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(folder, name))),
  );
  return found === undefined ? [] : [realpathSync(found)];
}

/** Settings that take the repository's own helpers for passwords out, and leave those of the user. */
async function replaceHelpers(directory: string, isLfs: boolean): Promise<string[]> {
  const list = ['config', '--list', '--show-scope', '--includes', '-z'];
  const fields = (await runPlainGit(directory, list)).stdout.split('\0');
  const users = new Map<string, string[]>();
  const own = new Set<string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [key = '', ...lines] = (fields[index + 1] ?? '').split('\n');
    const isOwn = fields[index] === 'local' || fields[index] === 'worktree';
    if (isOwn && (key === 'core.gitproxy' || (isLfs && LFS_PROGRAM.test(key))))
      throw refuseProgram(directory, key);
    if (!HELPER.test(key)) continue;
    if (isOwn) own.add(key);
    else if (fields[index] !== 'command') users.set(key, [...(users.get(key) ?? []), lines.join('\n')]);
  }
  return [...own].flatMap((key) => [`${key}=`, ...(users.get(key) ?? []).map((value) => `${key}=${value}`)]);
}

function refuseProgram(directory: string, key: string): ExpectedError {
  return new ExpectedError(
    reject({
      code: 'git-own-program',
      message: `${key} in the configuration of the repository ${directory} names a program for connections, which is not started outside of the sandbox`,
      target: directory,
      fix: `git -C ${JSON.stringify(directory)} config --unset-all ${key}; or set it in your own configuration (--global)`,
    }),
  );
}
