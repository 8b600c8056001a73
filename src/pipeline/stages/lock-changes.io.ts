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
import { contractChangeAuthor } from '../machine/contract-author.ts';
import type { Engine } from '../machine/engine.ts';
import { formatDiagnostic } from '../machine/fault-text.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationWorktree } from '../machine/view.io.ts';
import type { StageCheckResult } from './finding.ts';

/** What of an approved contract this agent had no right to change; nothing where it stands as it was approved. */
export function findLockFaultsOfAgent({ dir }: Engine, view: BuildView, agent: PlannedAgent): string[] {
  const files = readContractFiles(integrationWorktree(dir));
  return files.ok
    ? describeLockFaults(readApprovedContract(dir, view), readLockedContract(files.value), actorOf(agent))
    : [];
}

/**
 * What has become of the locks of a contract that was approved: what whoever has changed it had no right to, and what a person has to
 * see. Before the first approval it is compared with the one that the build has started from.
 */
export async function checkLockChanges(
  { dir }: Engine,
  view: BuildView,
  files: ContractFiles,
): Promise<StageCheckResult> {
  const worktree = integrationWorktree(dir);
  const { plan, state } = view.snapshot;
  const { base, trusted } = state.build;
  const currentContract = readLockedContract(files);
  const approvedContract = readApprovedContract(dir, view);
  const faults = describeLockFaults(
    approvedContract,
    currentContract,
    contractChangeAuthor(readLedger(dir), plan),
  );
  const previousContract =
    approvedContract ?? readApprovedCopy(dir) ?? (await readCommittedContract(worktree, base?.commit));
  const remarks =
    previousContract && currentContract ? describeLockChanges(previousContract, currentContract) : [];
  return faults.length > 0 && (await isCommittedByEngine(worktree, trusted, files))
    ? { faults: [], remarks }
    : { faults, remarks };
}

function describeLockFaults(
  before: LockedContract | undefined,
  after: LockedContract | undefined,
  actor: Actor,
): string[] {
  if (!before || !after) return [];
  return lockFaults(before, after, actor).map((problem) =>
    formatDiagnostic({ severity: 'error', ...problem }),
  );
}

/** Undefined where its locks cannot be read: that is a fault of its own. */
function readLockedContract(files: ContractFiles): LockedContract | undefined {
  const locks = readLocks(files);
  return locks.ok ? { locks: locks.value, files } : undefined;
}

/** What a person has approved, and nobody has taken back. */
function readApprovedContract(dir: string, { snapshot }: BuildView): LockedContract | undefined {
  const hash = snapshot.state.gates.get('architect')?.approved;
  return hash === undefined ? undefined : readApprovedCopy(dir, hash);
}

function readApprovedCopy(dir: string, hash?: string): LockedContract | undefined {
  const approvedFiles = unwrap(readApproved(dir, hash));
  return approvedFiles && readLockedContract(approvedFiles);
}

async function readCommittedContract(
  root: string,
  commit: string | undefined,
): Promise<LockedContract | undefined> {
  const files = commit === undefined ? undefined : await readCommit(root, commit);
  return files?.ok ? readLockedContract(files.value) : undefined;
}

/** Whether the engine has committed this very contract itself, as it does where a person resolves a conflict. */
async function isCommittedByEngine(
  root: string,
  commit: string | undefined,
  files: ContractFiles,
): Promise<boolean> {
  const committed = commit === undefined ? undefined : await readCommit(root, commit);
  return committed?.ok === true && hashContract(committed.value) === hashContract(files);
}
