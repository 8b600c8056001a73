import type { ApprovalProof } from '../../system/approval/record.ts';
import { unwrap } from '../../system/result.ts';
import { makeApprovalRecord } from '../ledger/human-proof.io.ts';
import type { Plan } from '../ledger/manifest.ts';
import { readRunState } from '../ledger/run-state.io.ts';
import { readManifest } from '../ledger/store.io.ts';
import { commandsHash } from './approve.ts';

/** The engine's confirmation of the plan that it has made for a run itself. */
export function approveOwnPlan(dir: string, now: Date): ApprovalProof {
  return approve(dir, 'plan', readRunState(dir).planHash ?? '', now);
}

/** The engine's approval of the commands of a plan that it has made itself: its own checks. */
export function approveOwnCommands(dir: string, plan: Plan, now: Date): ApprovalProof {
  return approve(dir, 'commands', commandsHash(plan), now);
}

function approve(dir: string, stage: string, hash: string, now: Date): ApprovalProof {
  const { id: run, project } = unwrap(readManifest(dir));
  const claim = { run, stage, action: 'approve', hash };
  return { approval: makeApprovalRecord(claim, { project, level: 'engine', now }, {}) };
}
