import type { GroupResult } from '../../../src/system/process/group.ts';

/** How a program ended: well, where nothing else is said. */
export function endOf(more: Partial<GroupResult>): GroupResult {
  return {
    exitCode: 0,
    signal: null,
    timedOut: false,
    stalled: false,
    stopped: false,
    stdout: '',
    stderr: '',
    durationMs: 1234,
    ...more,
  };
}
