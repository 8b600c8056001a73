import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contractHashOf } from '../../contract/contract-hash.io.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import { foldLedger } from '../../run/ledger/state.ts';
import { readLedger } from '../../run/ledger/store.io.ts';
import { readTip } from '../../system/git/tip.io.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import type { Blueprint } from './blueprint.ts';
import type { BuildView } from './step.ts';

/** The worktree that takes all that is not one module's: contracts first, merges later. */
export function integrationWorktree(dir: string): string {
  return join(dir, 'builds', INTEGRATION);
}

/**
 * Reads what the next step of a build is decided from beside its snapshot. `hashOf`: how the contract in the integration worktree is
 * hashed, from its pages unless somebody knows better.
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
    integrationTip: isTipNeeded ? readTip(integrationWorktree(dir)) : undefined,
    isAuditRemoved: child !== undefined && !isOver && !existsSync(join(dirname(dir), child)),
    isAuditReported: child !== undefined && !isOver && isRunReported(join(dirname(dir), child)),
  };
}

export function blueprintPath(dir: string): string {
  return join(dir, 'blueprint.json');
}

/** What the engine wrote when it last found the contract valid. Read by hand: `sao next` is asked often. */
export function readBlueprint(dir: string): Blueprint | undefined {
  const path = blueprintPath(dir);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Blueprint) : undefined;
}

function isRunReported(dir: string): boolean {
  return foldLedger(readLedger(dir)).reported;
}
