import { describe, expect, it } from 'vitest';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { doWork, followAction, followCommand } from './harness/orchestra.ts';
import { startTalk } from './harness/person.ts';
import { createGate, type Reply, say } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

const rig = useRig();

/** Two workers of one domain, and their coordinator. */
const PLAN = {
  version: 1,
  task: 'Audit the sample project',
  domains: [{ id: 'one', workers: [1, 2].map((n) => ({ task: `List part ${n} of it`, model: 'haiku' })) }],
};
const AGENTS = ['a1', 'a2', 'coord-one'];

const isStart = (call: Call) => call.task.includes('Start');

/** The parent of a later conversation: it asks for the next action of the run that it was told of. */
function goOn(call: Call): Reply {
  const run = /Run (\S+) \(/.exec(call.reminders + JSON.stringify(call.messages))?.[1];
  const isAsked = call.newest.includes('Go on');
  if (isAsked) return followAction('', run);
  const output = call.results.map(({ text }) => text).join('\n');
  return output === '' ? say('Waiting.') : followAction(output, run);
}

const returned = () =>
  rig
    .ledger()
    .filter(({ type, verdict }) => type === 'returned' && verdict === 'done')
    .map(({ agent }) => agent)
    .sort();

const countDispatched = () => rig.ledger().filter(({ type }) => type === 'dispatched').length;

/** Everything that the client gave a conversation beside the user's words and the tools' results. */
const told = (session: string) =>
  rig.api.calls
    .filter((call) => call.agentId === undefined && call.sessionId === session)
    .map(({ reminders, messages }) => reminders + JSON.stringify(messages))
    .join('\n');

describe('a run whose conversation ends', () => {
  it('goes on after /clear while the agents of a workflow work', async () => {
    const gate = createGate();
    const parent = followCommand(PLAN, 'workflow');
    const options = await rig.serve(async (call) => {
      if (call.agentId === undefined) return isStart(call) ? parent(call) : goOn(call);
      if (call.turn === 0) await gate.passed;
      return doWork(call);
    });
    const talk = startTalk(options, () => 'deny');
    talk.say('Start');
    await talk.heard();
    await rig.api.waitFor(({ agentId }) => agentId !== undefined);
    talk.say('/clear');
    talk.say('Hello');
    await rig.api.waitFor((call) => call.agentId === undefined && call.newest.includes('Hello'));
    gate.open();
    await rig.api.waitFor((call) => call.agentId === undefined && call.newest.includes('<result>'));
    talk.say('Go on');
    const last = await rig.api.waitFor(({ results }) => results.some(({ text }) => text.startsWith('done:')));
    await talk.close();
    const [first, second] = [...new Set(rig.api.calls.map(({ sessionId }) => sessionId))];
    expect([first, second, last.sessionId]).toEqual([first, last.sessionId, second]);
    expect(told(second ?? '')).toContain(
      `Run ${rig.list()[0]} (task: "Audit the sample project") is active.`,
    );
    expect(returned()).toEqual(AGENTS);
    expect(countDispatched()).toBe(3);
    expect(talk.questions).toEqual([]);
  });

  it.each(['agent', 'tiered'])('goes on after /clear between two turns (%s)', async (driver) => {
    const parent = followCommand(PLAN, driver);
    const options = await rig.serve((call) => {
      if (call.agentId !== undefined) return doWork(call);
      if (!isStart(call)) return goOn(call);
      // The conversation stops before it dispatches anything.
      return call.turn < 3 ? parent(call) : say('Later.');
    });
    const talk = startTalk(options, () => 'deny');
    talk.say('Start');
    await talk.heard();
    talk.say('/clear');
    talk.say('Go on');
    const last = await rig.api.waitFor(({ results }) => results.some(({ text }) => text.startsWith('done:')));
    await talk.close();
    expect(told(last.sessionId)).toContain(
      `Run ${rig.list()[0]} (task: "Audit the sample project") is active.`,
    );
    expect(returned()).toEqual(AGENTS);
    expect(talk.questions).toEqual([]);
  });

  it('is named to a second session in the project, which goes on if the user wants it', async () => {
    const parent = followCommand(PLAN, 'agent');
    const options = await rig.serve((call) => {
      if (call.agentId !== undefined) return doWork(call);
      if (!isStart(call)) return goOn(call);
      return call.turn < 3 ? parent(call) : say('Later.');
    });
    await runClient('Start', options);
    const { result } = await runClient('Go on', options);
    const run = rig.list()[0];
    expect(told(result.session_id)).toContain(
      `Run ${run} (task: "Audit the sample project") in this project is unfinished. Only if the user wants it continued here: \`sao next ${run}\`.`,
    );
    expect(returned()).toEqual(AGENTS);
  });

  it('is not named where the project has none', async () => {
    const options = await rig.serve((call) => (isStart(call) ? say('Hello') : say('end')));
    const { result } = await runClient('Start', options);
    expect(told(result.session_id)).not.toContain('unfinished');
  });
});
