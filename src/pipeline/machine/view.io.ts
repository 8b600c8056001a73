import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashPresentContract, readContractFiles } from '../../contract/read.io.ts';
import { NO_COST } from '../../run/cost/amounts.ts';
import { sumAuditCosts } from '../../run/cost/audit-costs.io.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { isSealedDocument } from '../../run/ledger/store.io.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { readBranchTip, readWorktreeHead } from '../../system/git/tip.io.ts';
import { ExpectedError, fault } from '../../system/result.ts';
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
  const { harden, checks, shipped, base } = state.build;
  const { child, isOver } = harden;
  const isTipNeeded = (isOver || checks.has('ship')) && !shipped;
  const isAuditOpen = child !== undefined && !isOver;
  const isAuditRemoved = isAuditOpen && !existsSync(join(dirname(dir), child));
  return {
    snapshot,
    blueprint: readBlueprint(dir),
    ...readContract(integrationWorktree(dir)),
    integrationTip: isTipNeeded ? readWorktreeHead(integrationWorktree(dir)) : undefined,
    baseTip: isTipNeeded && base ? readBranchTip(integrationWorktree(dir), base.branch) : undefined,
    auditCost: harden.audits.size === 0 ? NO_COST : sumAuditCosts(dir, state),
    isAuditRemoved,
    isAuditReported: isAuditOpen && !isAuditRemoved && isRunReported(join(dirname(dir), child)),
  };
}

/** The contract's files and their hash, read once for a step of the engine. */
type ContractReading = Pick<BuildView, 'contract' | 'contractHash'>;

function readHashedContract(root: string): ContractReading {
  const contract = readContractFiles(root);
  return { contract, contractHash: contract.ok ? hashPresentContract(contract.value) : undefined };
}

function damagedBlueprint(path: string) {
  return fault({
    code: 'run-document-damaged',
    message: `${path} is damaged: it is not valid JSON`,
    target: path,
    fix: `remove it (\`rm ${path}\`): the engine writes it anew from the contract`,
  });
}

export function blueprintPath(dir: string): string {
  return join(dir, 'blueprint.json');
}

/**
 * Reads the blueprint of the last valid contract; undefined if there is none, or if it was changed: its test commands run without a question, and
 * the engine writes it anew from the contract. No schema library: `sao next` runs often.
 */
export function readBlueprint(dir: string): Blueprint | undefined {
  const text = readWithoutLink(blueprintPath(dir));
  if (text === undefined) return undefined;
  const { seal, ...blueprint } = parseBlueprint(dir, text);
  return isSealedDocument(dir, blueprint, seal) ? blueprint : undefined;
}

function parseBlueprint(dir: string, text: string): Blueprint & { seal?: unknown } {
  try {
    return JSON.parse(text) as Blueprint;
  } catch {
    throw new ExpectedError(damagedBlueprint(blueprintPath(dir)));
  }
}

function isRunReported(dir: string): boolean {
  return readRunState(dir).reported;
}
