import type { GroupResult } from '../../../../src/adapters/process/group.ts';
import type { PlannedAgent } from '../../../../src/run/manifest.ts';

/** A planned worker. */
export function agentOf(more: Partial<PlannedAgent> = {}): PlannedAgent {
  return {
    id: 'a1',
    role: 'worker',
    kind: 'agent',
    domain: 'd1',
    name: 'Look',
    task: 'Look',
    scope: null,
    model: 'haiku',
    modelReason: 'reads',
    tools: null,
    timeout: 300,
    after: [],
    wave: 1,
    output: 'workers/a1.md',
    inputs: [],
    command: null,
    returns: 'line',
    ...more,
  };
}

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
