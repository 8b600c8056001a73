import { readApproved } from '../../contract/approved.io.ts';
import { readLocks } from '../../contract/contract.ts';
import type { ContractFiles } from '../../contract/contract-files.ts';
import { hashContract } from '../../contract/hash.ts';
import { describeLockChanges } from '../../contract/lock-changes.ts';
import { type Actor, actorOf, type LockedContract, lockFaults } from '../../contract/lock-rights.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { readCommit } from '../../contract/tree.io.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { readLedger } from '../../run/ledger/store.io.ts';
import { unwrap } from '../../system/result.ts';
import { authorOf } from '../machine/contract-author.ts';
import type { Engine } from '../machine/engine.ts';
import { renderFault } from '../machine/fault-text.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import type { Finding } from './finding.ts';

/** What of an approved contract this agent had no right to change; nothing where it stands as it was approved. */
export function lockFaultsOf({ dir }: Engine, view: BuildView, agent: PlannedAgent): string[] {
  const files = readContractFiles(integrationOf(dir));
  return files.ok ? faultsOf(approvedIn(dir, view), lockedIn(files.value), actorOf(agent)) : [];
}

/**
 * What has become of the locks of a contract that was approved: what whoever has changed it had no right to, and what a person has to
 * see. Before the first approval it is compared with the one that the build has started from.
 */
export async function judgeLocks({ dir }: Engine, view: BuildView, files: ContractFiles): Promise<Finding> {
  const root = integrationOf(dir);
  const { plan, state } = view.snapshot;
  const { base, trusted } = state.build;
  const now = lockedIn(files);
  const approved = approvedIn(dir, view);
  const faults = faultsOf(approved, now, authorOf(readLedger(dir), plan));
  const before = approved ?? keptIn(dir) ?? (await committedIn(root, base?.commit));
  const remarks = before && now ? describeLockChanges(before, now) : [];
  return faults.length > 0 && (await isOurs(root, trusted, files))
    ? { faults: [], remarks }
    : { faults, remarks };
}

function faultsOf(
  before: LockedContract | undefined,
  after: LockedContract | undefined,
  actor: Actor,
): string[] {
  if (!before || !after) return [];
  return lockFaults(before, after, actor).map((problem) => renderFault({ severity: 'error', ...problem }));
}

/** Undefined where its locks cannot be read: that is a fault of its own. */
function lockedIn(files: ContractFiles): LockedContract | undefined {
  const locks = readLocks(files);
  return locks.ok ? { locks: locks.value, files } : undefined;
}

/** What a person has approved, and nobody has taken back. */
function approvedIn(dir: string, { snapshot }: BuildView): LockedContract | undefined {
  const hash = snapshot.state.gates.get('architect')?.approved;
  return hash === undefined ? undefined : keptIn(dir, hash);
}

function keptIn(dir: string, hash?: string): LockedContract | undefined {
  const kept = unwrap(readApproved(dir, hash));
  return kept && lockedIn(kept);
}

async function committedIn(root: string, commit: string | undefined): Promise<LockedContract | undefined> {
  const files = commit === undefined ? undefined : await readCommit(root, commit);
  return files?.ok ? lockedIn(files.value) : undefined;
}

/** Whether the engine has committed this very contract itself, as it does where a person resolves a conflict. */
async function isOurs(root: string, commit: string | undefined, files: ContractFiles): Promise<boolean> {
  const committed = commit === undefined ? undefined : await readCommit(root, commit);
  return committed?.ok === true && hashContract(committed.value) === hashContract(files);
}
