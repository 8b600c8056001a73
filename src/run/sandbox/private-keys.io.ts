import { lstatSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { signersPath } from '../../system/approval/policy.io.ts';
import { readPublicPart } from '../../system/approval/public-part.ts';
import { listNamesIfReadable, readFileStart, readTextIfReadable } from '../../system/files/bounded.ts';
import { configFolderOfUser } from '../../system/user-home.io.ts';

/** Enough for the public part of any key, in bytes. */
const MAX_START = 16 * 1024;
/** Folders below `~/.ssh` are searched this deep. */
const MAX_DEPTH = 4;
/** What names a private key in a configuration of ssh or git. */
const NAMED_KEY = /^[ \t]*(?:IdentityFile[ \t=]+|signingKey[ \t]*=[ \t]*)"?([^"\r\n]+?)"?[ \t]*$/gim;

/**
 * The private keys with which the user signs approvals; an agent that can read one without a passphrase could sign, too. Found are the configured key,
 * and each file in the folders of ssh and of the configuration, or named by a configuration of ssh or git, that holds a listed key or lies beside one
 * (`.pub`). A copy in another place is not found, nor one in another format than OpenSSH's that has no `.pub` beside it.
 */
export function listPrivateKeys(homes: readonly string[], signingKey: string | undefined): string[] {
  const signers = readTextIfReadable(signersPath());
  const inFolders = [configFolderOfUser(), ...homes.map((home) => join(home, '.ssh'))].flatMap((folder) =>
    listFiles(folder),
  );
  const named = homes.flatMap(listNamedKeys);
  const listed = [...inFolders, ...named].filter((path) => isKeyOf(path, signers));
  const own = signingKey === undefined ? [] : [signingKey.replace(/\.pub$/, '')];
  const standard = join(configFolderOfUser(), 'approval_key');
  return [...new Set([...own, standard, ...listed].flatMap(realOf))];
}

/** The files in a folder and below it; links to files too, links to folders not. */
function listFiles(folder: string, depth = 0): string[] {
  return listNamesIfReadable(folder).flatMap((name) => {
    const path = join(folder, name);
    const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isFolder) return [path];
    return depth < MAX_DEPTH ? listFiles(path, depth + 1) : [];
  });
}

function listNamedKeys(home: string): string[] {
  const files = ['.ssh/config', '.gitconfig', '.config/git/config'].map((name) => join(home, name));
  return files.flatMap((file) =>
    [...readTextIfReadable(file).matchAll(NAMED_KEY)]
      .map(([, path = '']) => path.replace(/^(?:~|%d)(?=\/)/, home).replace(/\.pub$/, ''))
      .filter(isAbsolute),
  );
}

function isKeyOf(path: string, signers: string): boolean {
  if (path.endsWith('.pub')) return false;
  return (
    isListed(readTextIfReadable(`${path}.pub`).split(/\s+/)[1], signers) ||
    isListed(readPublicPart(readStartIfReadable(path)), signers)
  );
}

function isListed(key: string | undefined, signers: string): boolean {
  return key !== undefined && key.length > 20 && signers.includes(key);
}

function readStartIfReadable(path: string): string {
  try {
    return readFileStart(path, MAX_START).toString('latin1');
  } catch {
    return '';
  }
}

function realOf(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
