import { describe, expect, it } from 'vitest';
import type { RunCaller } from '../../../src/headless/approval.ts';
import { authorizeRun } from '../../../src/headless/authorize-run.ts';
import type { Snapshot } from '../../../src/run/dispatch/standing.ts';
import { DEFAULT_LIMITS, type Plan } from '../../../src/run/ledger/manifest.ts';
import { emptyState, type RunState } from '../../../src/run/ledger/state.ts';
import { NO_OUTPUT } from '../../../src/run/outputs/check.ts';
import type { Verdict } from '../../../src/run/outputs/sentinel.ts';
import { commandsHash } from '../../../src/run/plan/approve.ts';
import { approvalOf } from '../../harness/approvals.ts';
import { agentOf } from '../../harness/snapshots.ts';

const plan: Plan = {
  version: 1,
  task: 'Look',
  domains: [{ id: 'd1', name: 'D' }],
  agents: [agentOf('a1', { kind: 'command', model: null, command: ['npm', 'test'] })],
  waves: [['a1']],
};
const hash = commandsHash(plan);
const CONFIRMED = { confirmed: true };
const asker = (more: Partial<RunCaller> = {}): RunCaller => ({
  record: (claim, level) => approvalOf({ ...claim, level }).approval,
  ...{ isSession: true, isAgent: false, isTerminal: false, isUnattended: false, allowed: [] },
  ...more,
});
const SHELL = { isSession: false, isTerminal: true };

function snapshotOf(state: Partial<RunState>, verdict: Verdict = 'missing'): Snapshot {
  return {
    manifest: {
      version: 1,
      id: 'run',
      mode: 'audit',
      task: 'Look',
      project: '/p',
      created: '',
      driver: null,
      limits: DEFAULT_LIMITS,
    },
    dir: '/runs/run',
    plan,
    state: { ...emptyState(), ...state },
    verdicts: new Map([['a1', verdict]]),
    inspect: () => NO_OUTPUT,
    orphaned: new Set(),
    now: 0,
  };
}

function decide(state: Partial<RunState>, who: RunCaller, isBuiltIn = false, verdict: Verdict = 'missing') {
  const result = authorizeRun(snapshotOf(state, verdict), plan, who, isBuiltIn);
  if (!result.ok) return result.diagnostics.map(({ code }) => code);
  return result.value.map((event) =>
    event.type === 'commands-approved' ? `approved: ${event.approval.level}` : event.type,
  );
}

describe('permit', () => {
  it.each<[string, Partial<RunState>, RunCaller, string[]]>([
    ['a shell confirms and approves', {}, asker(SHELL), ['plan-confirmed', 'approved: terminal']],
    ['a shell lifts a halt', { ...CONFIRMED, halted: 'x' }, asker(SHELL), ['resumed', 'approved: terminal']],
    [
      'a shell without a terminal does not approve',
      {},
      asker({ isSession: false }),
      ['commands-not-approved'],
    ],
    [
      'it does if it says that no human is there',
      {},
      asker({ isSession: false, isUnattended: true }),
      ['plan-confirmed', 'approved: unattended'],
    ],
    ['a session does not by saying so', CONFIRMED, asker({ isUnattended: true }), ['commands-not-approved']],
    [
      'an agent starts no run, with a terminal',
      CONFIRMED,
      asker({ ...SHELL, isAgent: true }),
      ['run-by-agent'],
    ],
    [
      'an agent starts no run, also with allowed commands',
      CONFIRMED,
      asker({ isSession: false, isAgent: true, isUnattended: true, allowed: ['npm test'] }),
      ['run-by-agent'],
    ],
    ['a session does not confirm', {}, asker({ allowed: ['npm test'] }), ['plan-unconfirmed']],
    ['a session does not lift a halt', { ...CONFIRMED, halted: 'x' }, asker(), ['run-halted']],
    ['a session does not approve', CONFIRMED, asker(), ['commands-not-approved']],
    ['the user’s configuration does', CONFIRMED, asker({ allowed: ['npm test'] }), ['approved: config']],
    ['exact words only', CONFIRMED, asker({ allowed: ['npm  test', 'npm'] }), ['commands-not-approved']],
    ['an earlier approval holds', { ...CONFIRMED, approvedCommands: hash }, asker(), []],
    [
      'of these commands alone',
      { ...CONFIRMED, approvedCommands: 'other' },
      asker(),
      ['commands-not-approved'],
    ],
    [
      'a token that was asked for',
      { ...CONFIRMED, askedCommands: new Map([['t', hash]]) },
      asker({ tokenHash: 't' }),
      ['approved: asked'],
    ],
    [
      'a token for other commands',
      { ...CONFIRMED, askedCommands: new Map([['t', 'other']]) },
      asker({ tokenHash: 't' }),
      ['commands-not-approved'],
    ],
    ['a token without a question', CONFIRMED, asker({ tokenHash: 't' }), ['commands-not-approved']],
  ])('%s', (_, state, who, expected) => {
    expect(decide(state, who)).toEqual(expected);
  });

  it('the engine’s own plan needs no approval', () => {
    expect(decide({}, asker(), true)).toEqual(['plan-confirmed', 'approved: engine']);
  });

  it('commands that have already ended need no approval', () => {
    expect(decide(CONFIRMED, asker(), false, 'done')).toEqual([]);
  });
});
