import { readManifest } from '../../src/run/ledger/store.io.ts';
import type { ApprovalProof, ApprovalRecord } from '../../src/system/approval/record.ts';
import { unwrap } from '../../src/system/result.ts';

/** The time of records in tests, which is before that of all their entries. */
const AT = '2020-01-01T00:00:00.000Z';

/** A record of an approval; its level is `terminal` unless another one is given. */
export function approvalOf(
  claim: Pick<ApprovalRecord, 'stage' | 'hash'> & Partial<ApprovalRecord>,
): ApprovalProof {
  return {
    approval: {
      run: 'run',
      project: '/p',
      action: 'approve',
      at: AT,
      by: 'ada',
      level: 'terminal',
      ...claim,
    },
  };
}

/** The run and project of a run directory, which a record names. */
export function identify(dir: string): { run: string; project: string } {
  const { id: run, project } = unwrap(readManifest(dir));
  return { run, project };
}
