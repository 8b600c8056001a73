import { plainText } from '../report/plain-text.ts';
import type { BuildStep } from './step.ts';

const first = (faults: readonly string[]) =>
  faults
    .slice(0, 3)
    .map((fault) => plainText(fault, 160))
    .join('; ') + (faults.length > 3 ? `; and ${faults.length - 3} more` : '');

/** Why a build goes no further by itself, and the command that lets it. */
export const stuck = {
  gap: (run: string, id: string): BuildStep => ({
    kind: 'stuck',
    reason: `${id} has given no valid file after its last attempt`,
    command: `sao retry ${run} ${id}`,
  }),
  faults: (run: string, id: string, faults: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `the work of ${id} does not hold after three tries: ${first(faults)}`,
    command: `sao retry ${run} ${id} --force`,
  }),
  blocked: (run: string, module: string, conflict: string): BuildStep => ({
    kind: 'stuck',
    reason: `module ${module} waits for the resolution of a contract conflict: ${plainText(conflict, 120)}`,
    command: `sao conflict show ${run} ${conflict}`,
  }),
  cycles: (run: string, module: string, builder: string, reasons: readonly string[]): BuildStep => ({
    kind: 'stuck',
    reason: `module ${module} is stopped after its last fix cycle: ${first(reasons)}`,
    command: `sao retry ${run} ${builder} --force`,
  }),
};
