import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedText } from '../files/bounded.ts';
import { accept, fault, type Result, reject } from '../result.ts';
import { findPrincipal } from './allowed-signers.ts';
import { signersPath } from './policy.io.ts';
import { findSigningKey } from './ssh-signature.ts';

/** The purpose that a signature is made for: one for git or a file does not count here. */
const NAMESPACE = 'sao';
// A variable of the call must not choose the program, so the usual places come first.
const PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/run/current-system/sw/bin'];

/** The path of OpenSSH's ssh-keygen. */
export function sshKeygen(): string {
  return PLACES.map((folder) => join(folder, 'ssh-keygen')).find((path) => existsSync(path)) ?? 'ssh-keygen';
}

/**
 * Returns the signer of a text, as the file of allowed signers names it; undefined if the signature is not valid, its key is not listed,
 * or a security key has made it without a touch. The list is read once, and the signature is verified in this process: no file that another program can
 * change meanwhile has a part in it.
 */
export function findSigner(text: string, signature: string): string | undefined {
  return findSignerIn(readOrEmpty(signersPath()), text, signature);
}

/** Like `findSigner`, for the text of a list of allowed signers. */
export function findSignerIn(list: string, text: string, signature: string): string | undefined {
  if (list.trim() === '') return undefined;
  const key = findSigningKey(text, signature, NAMESPACE);
  return key && findPrincipal(list, { key, namespace: NAMESPACE, now: Date.now() });
}

/** Maximum size of a list of allowed signers, in bytes. */
export const MAX_SIGNERS_BYTES = 16 * 1024 * 1024;

// Without a list no signature counts.
function readOrEmpty(path: string): string {
  try {
    return readBoundedText(path, MAX_SIGNERS_BYTES);
  } catch {
    return '';
  }
}

/**
 * Signs a text with the key at this path, which only ssh-keygen reads: it asks for a passphrase or a touch, or an ssh-agent holds the key. The path
 * may be that of the public key, if an ssh-agent has the private one.
 */
export function signText(text: string, key: string): Result<string> {
  const args = ['-Y', 'sign', '-n', NAMESPACE, '-f', key];
  // The human reads its requests, for a touch for instance, on standard error.
  const { status, stdout, error } = spawnSync(sshKeygen(), args, {
    input: text,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (error)
    return fault({
      code: 'ssh-keygen-missing',
      message: `ssh-keygen cannot be started: ${error.message}`,
      target: key,
      fix: 'install OpenSSH (Debian: apt-get install openssh-client)',
    });
  if (status === 0) return accept(stdout);
  return reject({
    code: 'not-signed',
    message: `ssh-keygen has not signed with ${key}; its own message is above`,
    target: key,
    fix: 'answer its question for the passphrase or touch the key; `sao approvals setup` chooses another key',
  });
}
