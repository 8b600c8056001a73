import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashPresentContract, readContractFiles } from '../../contract/read.io.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { readWorktreeHead } from '../../system/git/tip.io.ts';
import type { Blueprint } from './blueprint.ts';
import { integrationWorktree } from './engine.io.ts';
import type { BuildView } from './step.ts';

/**
 * Reads the input of the next decision and of the engine's work that follows from it. `readContract` gives the hash of the contract in
 * a worktree, and its files if the engine works with them; by default it reads all pages.
 */
export function readBuildView(
  snapshot: Snapshot,
  readContract: (root: string) => ContractReading = readHashedContract,
): BuildView {
  const { dir, state } = snapshot;
  const { harden, checks, shipped } = state.build;
  const { child, isOver } = harden;
  const isTipNeeded = (isOver || checks.has('ship')) && !shipped;
  return {
    snapshot,
    blueprint: readBlueprint(dir),
    ...readContract(integrationWorktree(dir)),
    integrationTip: isTipNeeded ? readWorktreeHead(integrationWorktree(dir)) : undefined,
    isAuditRemoved: child !== undefined && !isOver && !existsSync(join(dirname(dir), child)),
    isAuditReported: child !== undefined && !isOver && isRunReported(join(dirname(dir), child)),
  };
}

/** The contract's files and their hash, read once for a step of the engine. */
type ContractReading = Pick<BuildView, 'contract' | 'contractHash'>;

function readHashedContract(root: string): ContractReading {
  const contract = readContractFiles(root);
  return { contract, contractHash: contract.ok ? hashPresentContract(contract.value) : undefined };
}

export function blueprintPath(dir: string): string {
  return join(dir, 'blueprint.json');
}

/** Reads the blueprint of the last valid contract. No schema library: `sao next` runs often. */
export function readBlueprint(dir: string): Blueprint | undefined {
  const text = readWithoutLink(blueprintPath(dir));
  return text === undefined ? undefined : (JSON.parse(text) as Blueprint);
}

function isRunReported(dir: string): boolean {
  return readRunState(dir).reported;
}
