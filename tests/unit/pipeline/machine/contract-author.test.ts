import { describe, expect, it } from 'vitest';
import { MASTER_AT_GATE } from '../../../../src/contract/lock-rights.ts';
import { contractChangeAuthor } from '../../../../src/pipeline/machine/contract-author.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import type { Stage } from '../../../../src/run/ledger/stages.ts';
import { agentOf, dispatched, entriesOf, planWith, returned } from '../../../harness/snapshots.ts';

const plan = planWith([
  agentOf('architect', { role: 'architect', domain: 'architect' }),
  agentOf('architect.2', { role: 'architect', domain: 'architect' }),
  agentOf('scaffold', { role: 'scaffold', domain: 'scaffold' }),
  agentOf('build-auth', { role: 'builder', domain: 'build', module: 'auth' }),
  agentOf('explain-auth', { role: 'assembler', domain: 'assemble', module: 'auth' }),
]);
const extended = (agent: string, stage: Stage = 'scaffold'): RunEvent => ({
  type: 'plan-extended',
  stage,
  agents: [agent],
});
const begun = (agent: string) => [extended(agent), dispatched(agent)];
const worked = (agent: string) => [...begun(agent), returned(agent, 'done')];
const looked: RunEvent = {
  type: 'stage-checked',
  stage: 'architect',
  by: 'architect',
  ok: true,
  faults: [],
};
const judged: RunEvent = { type: 'module-begun', module: 'auth', base: 'c' };
const scaffold = { kind: 'agent', domains: ['scaffold', 'scaffold'] };
const assembler = { kind: 'agent', domains: ['assembler', 'assemble', 'auth', 'assembler-auth'] };

describe('who has changed an approved contract', () => {
  it.each<[string, RunEvent[], object]>([
    ['no agent has worked: a human', [], MASTER_AT_GATE],
    ['the agent that has ended', worked('scaffold'), scaffold],
    ['the agent that is at work', begun('scaffold'), scaffold],
    ['a planned agent has not started: a human', [extended('scaffold')], MASTER_AT_GATE],
    ['its work was checked since: a human', [...worked('scaffold'), looked], MASTER_AT_GATE],
    ['it was looked at, and the agent works on', [...begun('scaffold'), looked], scaffold],
    [
      'the architect that was sent after it',
      [...worked('scaffold'), ...worked('architect.2')],
      MASTER_AT_GATE,
    ],
    ['a builder has a worktree of its own: a human', worked('build-auth'), MASTER_AT_GATE],
    ['who explains a conflict', [...worked('build-auth'), ...worked('explain-auth')], assembler],
    ['an agent that explains while the engine continues', [...begun('explain-auth'), judged], assembler],
    [
      'who has let go of it',
      [...begun('scaffold'), { type: 'released', agent: 'scaffold', attempt: 1, reason: 'gone' }, looked],
      MASTER_AT_GATE,
    ],
  ])('%s', (_name, events, expected) => {
    expect(contractChangeAuthor(entriesOf(events), plan)).toEqual(expected);
  });

  it('is a human before there is a plan', () => {
    expect(contractChangeAuthor(entriesOf(worked('scaffold')), undefined)).toEqual(MASTER_AT_GATE);
  });
});
