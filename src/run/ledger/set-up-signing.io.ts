import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readApprovalPolicy, signersPath } from '../../system/approval/policy.io.ts';
import { sshKeygen } from '../../system/approval/signature.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { configFolderOfUser } from '../../system/user-home.io.ts';
import { approvalErrors } from './approval-wording.ts';
import { changeUserConfig } from './config.io.ts';
import { makeApprovalRecord } from './human-proof.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Makes or takes a key for signatures, lists it among the user's allowed signers, and returns what the user should know. */
export function setUpSigning(
  { key, require }: { key?: string | undefined; require: boolean },
  env: Env,
): Result<string[]> {
  const folder = configFolderOfUser(env);
  const path = key ?? join(folder, 'approval_key');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (key === undefined && !existsSync(path)) {
    // ssh-keygen itself asks for the passphrase.
    const args = ['-t', 'ed25519', '-f', path, '-C', 'sao approvals'];
    if (spawnSync(sshKeygen(), args, { stdio: 'inherit' }).status !== 0)
      return reject(approvalErrors.noKeyMade(path));
  }
  const publicKey = readPublicKey(path);
  if (publicKey === undefined) return reject(approvalErrors.noPublicKey(path));
  const signers = join(folder, 'allowed_signers');
  const { by } = makeApprovalRecord(
    { run: '', stage: '', action: '', hash: '' },
    { project: '', level: 'signed', now: new Date(0) },
    env,
  );
  listSigner(signers, by, publicKey);
  const changed = changeUserConfig(env, {
    signingKey: path,
    ...(require ? { approvals: 'signed' as const } : {}),
  });
  if (!changed.ok) return changed;
  return accept([
    `key: ${path}; allowed signers: ${signers}`,
    ...(signersPath() === signers
      ? [
          `for the strongest setting, let root own the list: sudo install -D -m 644 ${signers} /etc/sao/allowed_signers`,
        ]
      : [`only ${signersPath()} counts: let the administrator add the key there`]),
    ...(isUnprotected(path, publicKey)
      ? ['WARNING: this key has no passphrase and needs no touch, so any program of yours can sign with it']
      : []),
    ...(require || readApprovalPolicy() === 'signed'
      ? []
      : ['signatures are shown, but not demanded: `sao approvals setup --require` demands them']),
  ]);
}

/** Adds a key to a list of allowed signers, for approvals only, unless it is listed. */
function listSigner(signers: string, by: string, publicKey: string): void {
  const known = existsSync(signers) ? readBoundedText(signers) : '';
  if (isListed(known, publicKey)) return;
  const before = known === '' || known.endsWith('\n') ? known : `${known}\n`;
  writeAtomic(signers, `${before}${by} namespaces="sao" ${publicKey}\n`, { mode: 0o600 });
}

/** Whether a list of allowed signers names a key, not only in a comment. */
function isListed(signers: string, publicKey: string): boolean {
  return signers.split('\n').some((line) => !line.trimStart().startsWith('#') && line.includes(publicKey));
}

/** Type and body of a public key, without its comment. */
function readPublicKey(path: string): string | undefined {
  const file = path.endsWith('.pub') ? path : `${path}.pub`;
  if (!existsSync(file)) return undefined;
  return /^(?:ssh-|ecdsa-|sk-)\S+ \S+/.exec(readBoundedText(file))?.[0];
}

function isUnprotected(path: string, publicKey: string): boolean {
  if (path.endsWith('.pub') || publicKey.startsWith('sk-')) return false;
  return spawnSync(sshKeygen(), ['-y', '-P', '', '-f', path], { stdio: 'ignore' }).status === 0;
}
