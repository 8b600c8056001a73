import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { bash, doWork, followAction, followCommand, runIn } from './harness/orchestra.ts';
import { startTalk } from './harness/person.ts';
import { type Answer, say } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

const PLAN = {
  version: 1,
  task: 'Audit the sample project',
  domains: [{ id: 'one', workers: [1, 2].map((n) => ({ task: `List part ${n} of it`, model: 'haiku' })) }],
};
const SUMMARY = 'The user wants an audit.';

/** The client compacts a conversation of this size before its next turn. */
const ENV = { CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: '5' };
const full = (answer: Answer): Answer => ({ ...answer, usage: { input: 199_000, output: 100 } });

/** Answers the client's request for a summary. */
const summarize = ({ newest }: Call) =>
  newest.includes('Do NOT call any tools')
    ? say(`<analysis>x</analysis><summary>${SUMMARY}</summary>`)
    : undefined;
const isCompacted = ({ messages }: Call) =>
  JSON.stringify(messages).includes('This session is being continued');

describe('a conversation that the client compacts', () => {
  const rig = useRig();

  it("is no human's turn between a plan and its confirmation: the human is asked, and a no starts nothing", async () => {
    rig.configure({});
    const parent = followCommand(PLAN, 'agent');
    const afterwards = (call: Call) =>
      JSON.stringify(call.messages).includes('--confirm') ? say('End.') : bash('sao next --confirm');
    const before = (call: Call) => (call.turn < 2 ? parent(call) : full(bash('echo full')));
    const options = await rig.serve(
      (call) => summarize(call) ?? (isCompacted(call) ? afterwards : before)(call),
      ENV,
    );
    const talk = startTalk(options, () => 'deny');
    talk.say('Start');
    const heard = await talk.heard();
    await talk.close();
    expect(JSON.stringify(heard)).toContain('End.');
    expect(talk.questions).toHaveLength(1);
    const types = rig.ledger().map(({ type }) => type);
    expect(types).toContain('plan-accepted');
    expect(types).not.toContain('plan-confirmed');
  });

  it('goes on with its run afterwards, and no agent works twice', async () => {
    const parent = followCommand(PLAN, 'agent');
    const afterwards = (call: Call) => {
      const output = call.results.map(({ text }) => text).join('\n');
      // The size that the script claims counts for the run, so its ceiling is raised.
      return output === 'full' ? bash('sao next --budget 1000000') : followAction(output, runIn(call));
    };
    const before = (call: Call) => (call.turn < 4 ? parent(call) : full(bash('echo full')));
    const talkOf = (call: Call) => summarize(call) ?? (isCompacted(call) ? afterwards : before)(call);
    const options = await rig.serve(
      (call) => (call.agentId === undefined ? talkOf(call) : doWork(call)),
      ENV,
    );
    const talk = startTalk(options, () => 'allow');
    talk.say('Start');
    const heard = await talk.heard();
    await talk.close();
    expect(rig.api.calls.some(isCompacted)).toBe(true);
    expect(JSON.stringify(heard)).toContain('3 of 3 agents done');
    const dispatched = rig
      .ledger()
      .filter(({ type }) => type === 'dispatched')
      .map(({ agent }) => agent);
    expect(dispatched.sort()).toEqual(['a1', 'a2', 'coord-one']);
  });
});
