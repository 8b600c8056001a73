import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept, fault, type Result, reject } from '../result.ts';
import { signersPath } from './policy.io.ts';
import { isTouchedIfNeeded } from './touch.ts';

/** The purpose that a signature is made for: one for git or a file does not count here. */
const NAMESPACE = 'sao';
// A variable of the call must not choose the program, so the usual places come first.
const PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/run/current-system/sw/bin'];
const TIMEOUT_MS = 10_000;

/** The path of OpenSSH's ssh-keygen. */
export function sshKeygen(): string {
  return PLACES.map((folder) => join(folder, 'ssh-keygen')).find((path) => existsSync(path)) ?? 'ssh-keygen';
}

/** Whether ssh-keygen can be started. */
export function hasSshKeygen(): boolean {
  return spawnSync(sshKeygen(), ['-?'], { stdio: 'ignore', timeout: TIMEOUT_MS }).error === undefined;
}

const verified = new Map<string, string | undefined>();

/**
 * Returns the signer of a text, as the file of allowed signers names it; undefined if the signature is not valid, its key is not listed,
 * or a security key has made it without a touch. The answer
 * is kept for this process only, by the text, the signature and the list.
 */
export function findSigner(text: string, signature: string): string | undefined {
  return findSignerIn(readOrEmpty(signersPath()), text, signature);
}

/** Like `findSigner`, for the text of a list of allowed signers. */
export function findSignerIn(list: string, text: string, signature: string): string | undefined {
  if (list.trim() === '') return undefined;
  const key = createHash('sha256')
    .update(JSON.stringify([text, signature, list]))
    .digest('hex');
  if (!verified.has(key))
    verified.set(key, isTouchedIfNeeded(signature) ? verify(text, signature, list) : undefined);
  return verified.get(key);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function verify(text: string, signature: string, signers: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sao-signature-'));
  try {
    const [list, proof] = [join(folder, 'signers'), join(folder, 'signature')];
    writeFileSync(list, signers);
    writeFileSync(proof, signature);
    const found = run(['-Y', 'find-principals', '-s', proof, '-f', list]);
    const names = found.status === 0 ? found.stdout.split('\n').filter((line) => line !== '') : [];
    const options = ['-n', NAMESPACE, '-s', proof, '-f', list];
    return names
      .flatMap((line) => line.split(','))
      .find((name) => run(['-Y', 'verify', '-I', name, ...options], text).status === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[], input = '') {
  return spawnSync(sshKeygen(), args, { input, encoding: 'utf8', timeout: TIMEOUT_MS });
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
