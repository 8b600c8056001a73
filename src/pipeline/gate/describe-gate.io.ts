import { readRunState } from '../../run/ledger/run-state.io.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import { readGatePage } from './page.io.ts';
import type { GatePage } from './page.ts';
import { readGateSubject } from './subject.io.ts';

/** The page of a gate as `sao gate show` has it; undefined if there is nothing to approve yet. Changes nothing. */
export async function describeGateStatus(
  dir: string,
  stage: HumanGate,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GatePage | undefined> {
  const state = readRunState(dir);
  const subject = await readGateSubject(dir, stage, state);
  return subject ? await readGatePage(dir, subject, state, env) : undefined;
}
