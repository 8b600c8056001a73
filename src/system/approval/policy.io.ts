import { statSync } from 'node:fs';
import { join } from 'node:path';
import { hashContent } from '../content-hash.ts';
import { readBoundedText } from '../files/bounded.ts';
import { configFolderOfUser, systemConfigFolder } from '../user-home.io.ts';
import { APPROVAL_POLICIES, type ApprovalPolicy } from './record.ts';

/** Maximum size of a configuration, in bytes. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

/**
 * The least proof that the user demands of an approval; undefined if any is enough. The stricter one of the user's configuration and of the one that
 * the machine's administrator has written counts. A configuration that cannot be read demands the strongest proof: it may have demanded it.
 */
export function readApprovalPolicy(): ApprovalPolicy | undefined {
  const paths = [join(configFolderOfUser(), 'config.json'), ...rootOwned('config.json')];
  const demanded = paths.map(policyIn).filter((policy) => policy !== undefined);
  return APPROVAL_POLICIES.find((policy) => demanded.includes(policy));
}

/** The file with the keys whose signatures count: that of the administrator if there is one, which no agent of the user can change. */
export function signersPath(): string {
  return rootOwned('allowed_signers')[0] ?? join(configFolderOfUser(), 'allowed_signers');
}

/** What approvals are judged by: the demand, and the list of signers. A result of judging them is valid only for the same. */
export function describeProofBasis(): string {
  return `${readApprovalPolicy() ?? 'any'} ${hashContent(readSigners())}`;
}

function readSigners(): string {
  try {
    return readBoundedText(signersPath(), MAX_CONFIG_BYTES);
  } catch {
    return '';
  }
}

function policyIn(path: string): ApprovalPolicy | undefined {
  try {
    const { approvals } = JSON.parse(readBoundedText(path, MAX_CONFIG_BYTES)) as { approvals?: unknown };
    if (approvals === undefined) return undefined;
    return APPROVAL_POLICIES.find((policy) => policy === approvals) ?? 'signed';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'signed';
  }
}

/** The path of a file in the administrator's folder; none if other users could have written it. */
function rootOwned(name: string): string[] {
  const folder = systemConfigFolder();
  const path = join(folder, name);
  return [folder, path].every(isOfRoot) ? [path] : [];
}

function isOfRoot(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.uid === 0 && (found.mode & 0o022) === 0;
}
