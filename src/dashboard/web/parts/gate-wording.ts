import type { GateStatus } from '../../../pipeline/gate/subject.ts';

/** The status of a gate in words. */
export const formatStatusOfGate = (status: GateStatus): string =>
  status === 'open' ? 'approved' : status.replaceAll('-', ' ');
