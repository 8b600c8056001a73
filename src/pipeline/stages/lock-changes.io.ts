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
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView, StageCheckResult } from '../machine/step.ts';
import { formatDiagnostic } from '../machine/wording.ts';

/** Faults for changes of the approved contract that this agent may not make. */
export function findLockFaultsOfAgent({ dir }: Engine, view: BuildView, agent: PlannedAgent): string[] {
  const files = readContractFiles(integrationWorktree(dir));
  return files.ok
    ? describeLockFaults(readApprovedContract(dir, view), readLockedContract(files.value), actorOf(agent))
    : [];
}

/**
 * Compares the locks with the approved contract: changes without the right to make them are faults, all changes are remarks for the
 * gate. Before the first approval it compares with the contract that the build started from.
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

/** Undefined if the locks cannot be read; parsing the contract reports that. */
function readLockedContract(files: ContractFiles): LockedContract | undefined {
  const locks = readLocks(files);
  return locks.ok ? { locks: locks.value, files } : undefined;
}

/** The contract that is approved now. */
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

/** Whether the engine committed this contract itself, as it does when a human resolves a conflict. */
async function isCommittedByEngine(
  root: string,
  commit: string | undefined,
  files: ContractFiles,
): Promise<boolean> {
  const committed = commit === undefined ? undefined : await readCommit(root, commit);
  return committed?.ok === true && hashContract(committed.value) === hashContract(files);
}
