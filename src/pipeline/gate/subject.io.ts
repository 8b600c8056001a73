import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHITECTURE, CONTRACTS, LOCKS, MODULES } from '../../contract/contract-files.ts';
import { summarizeContract } from '../../contract/contract-summary.ts';
import { hashContract } from '../../contract/hash.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { verbatim } from '../../findings/verbatim.ts';
import { readSetupCommand } from '../../run/ledger/setup-command.io.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { readManifest, treesFolder } from '../../run/ledger/store.io.ts';
import { unwrap } from '../../system/result.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { summarizeProjectChanges, summarizeShipment } from './shipment-summary.ts';
import type { GateSubject } from './subject.ts';

/**
 * Reads what a human gate asks about; undefined if there is nothing to approve yet. Throws an ExpectedError if it cannot be read.
 */
export async function readGateSubject(
  dir: string,
  stage: HumanGate,
  state: RunState,
): Promise<GateSubject | undefined> {
  return stage === 'architect' ? describeArchitecture(dir, state) : await describeShipment(dir, state);
}

function describeArchitecture(dir: string, state: RunState): GateSubject | undefined {
  const worktree = join(treesFolder(dir), INTEGRATION);
  const files = unwrap(readContractFiles(worktree));
  if (!files.has(ARCHITECTURE)) return undefined;
  const hash = hashContract(files);
  const folder = join(worktree, CONTRACTS);
  return {
    stage: 'architect',
    hash,
    isChecked: isSubjectChecked(state, 'architect', hash),
    title: 'the architecture and its contracts',
    lines: [
      ...changesSinceApproval(state, hash),
      ...summarizeProjectChanges(state.build.projectChanges),
      ...summarizeContract(files),
      ...describeSetup(dir),
    ],
    files: [ARCHITECTURE, MODULES, LOCKS].filter((name) => files.has(name)).map((name) => join(folder, name)),
  };
}

/** The command that runs in each new worktree is the project's, not the contract's. */
function describeSetup(dir: string): string[] {
  const setup = readSetupCommand(unwrap(readManifest(dir)).project);
  return setup === undefined
    ? []
    : [`runs on this machine in each new worktree, worktree.setup of the project: ${verbatim(setup)}`];
}

/** The changes since the last approved contract, for the gate's text. */
function changesSinceApproval({ build, gates }: RunState, hash: string): string[] {
  const check = build.checks.get('architect');
  const isCurrentCheck = check?.hash === hash && gates.get('architect')?.approved !== hash;
  return isCurrentCheck ? check.remarks.map(verbatim) : [];
}

async function describeShipment(dir: string, state: RunState): Promise<GateSubject | undefined> {
  if (!state.build.checks.has('ship')) return undefined;
  const { project, id, delivery } = unwrap(readManifest(dir));
  const base = state.build.base?.branch ?? 'the base branch';
  // Loaded here: the other gate needs no process, and a hook asks for both.
  const { findCommit } = await import('../../system/git/repository.io.ts');
  const branch = branchOf(id, INTEGRATION);
  const head = await findCommit(project, `refs/heads/${branch}`);
  if (head === undefined) return undefined;
  const reports = ['pipeline.md', 'synthesis/assembly.md', ...auditReportPath(state)];
  return {
    stage: 'ship',
    hash: head,
    isChecked: isSubjectChecked(state, 'ship', head),
    title: delivery
      ? `${branch} is pushed to ${delivery.branch} of ${delivery.remote}, for ${base}`
      : `${branch} goes to ${base}`,
    lines: summarizeShipment(state.build),
    files: reports.map((path) => join(dir, path)).filter((path) => existsSync(path)),
  };
}

/** The audit is a run beside this one. */
function auditReportPath({ build: { harden } }: RunState): string[] {
  return harden.child === undefined ? [] : [join('..', harden.child, 'report.md')];
}

function isSubjectChecked({ build }: RunState, stage: HumanGate, hash: string): boolean {
  const check = build.checks.get(stage);
  return check?.ok === true && check.hash === hash;
}
