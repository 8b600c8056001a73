import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contractHashOf } from '../../contract/contract-hash.io.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { readWorktreeHead } from '../../system/git/tip.io.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import type { Blueprint } from './blueprint.ts';
import type { BuildView } from './step.ts';

/** Path of the integration worktree of a run. */
export function integrationWorktree(dir: string): string {
  return join(dir, 'builds', INTEGRATION);
}

/**
 * Reads the input of the next decision. `hashContractIn` hashes the contract in a worktree; by default it reads all pages.
 */
export function readBuildView(
  snapshot: Snapshot,
  hashContractIn = (root: string) => contractHashOf(root),
): BuildView {
  const { dir, state } = snapshot;
  const { harden, checks, shipped } = state.build;
  const { child, isOver } = harden;
  const isTipNeeded = (isOver || checks.has('ship')) && !shipped;
  return {
    snapshot,
    blueprint: readBlueprint(dir),
    contractHash: hashContractIn(integrationWorktree(dir)),
    integrationTip: isTipNeeded ? readWorktreeHead(integrationWorktree(dir)) : undefined,
    isAuditRemoved: child !== undefined && !isOver && !existsSync(join(dirname(dir), child)),
    isAuditReported: child !== undefined && !isOver && isRunReported(join(dirname(dir), child)),
  };
}

export function blueprintPath(dir: string): string {
  return join(dir, 'blueprint.json');
}

/** Reads the blueprint of the last valid contract. No schema library: `sao next` runs often. */
export function readBlueprint(dir: string): Blueprint | undefined {
  const path = blueprintPath(dir);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Blueprint) : undefined;
}

function isRunReported(dir: string): boolean {
  return readRunState(dir).reported;
}
