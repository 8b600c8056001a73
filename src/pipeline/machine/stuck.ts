import { plainText } from '../../findings/plain-text.ts';
import type { BuildStep } from './step.ts';
import { manualFixText } from './wording.ts';

/** A fault says what to do at its end: a conflict's is the longest. */
const FAULT_CHARACTERS = 800;

const shownFaults = (faults: readonly string[]) =>
  faults
    .slice(0, 3)
    .map((fault) => plainText(fault, FAULT_CHARACTERS))
    .join('; ') + (faults.length > 3 ? `; and ${faults.length - 3} more` : '');

/** Steps that stop a build, each with the command that continues it. */
export const stuckSteps = {
  gap: (run: string, id: string): BuildStep => ({
    kind: 'stuck',
    reason: `${id} wrote no valid file in its last attempt`,
    command: `sao retry ${run} ${id}`,
  }),
  faults: (run: string, id: string, faults: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `the work of ${id} failed its checks three times: ${shownFaults(faults)}`,
    command: `sao retry ${run} ${id} --force`,
  }),
  blocked: (run: string, module: string, conflict: string): BuildStep => ({
    kind: 'stuck',
    reason: `module ${module} waits for the resolution of a contract conflict: ${plainText(conflict, 120)}`,
    command: `sao conflict show ${run} ${conflict}`,
  }),
  cycles: (run: string, module: string, builder: string, reasons: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `module ${module} is stopped after its last fix cycle: ${shownFaults(reasons)}`,
    command: `sao retry ${run} ${builder} --force`,
  }),
  critical: (run: string, place: string, findings: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `critical findings of the audit remain: ${manualFixText(place)}; then the command repeats the audit: ${shownFaults(findings)}`,
    command: `sao run ${run}`,
  }),
};
