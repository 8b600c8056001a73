import { describe, expect, it } from 'vitest';
import { type AgentCall, listAgentCalls } from '../../../../src/session/fan-out/agent-calls.ts';
import { cutAnswer, findFanOut, findShortened } from '../../../../src/session/fan-out/decide.ts';
import { agentLine, resultLine, typedLine } from '../../../harness/transcripts.ts';

const call = (id: string, more: Partial<AgentCall> = {}): AgentCall => ({
  id,
  message: 'm1',
  wantsForeground: true,
  isOfRun: false,
  hasFailed: false,
  ...more,
});
const calls = (count: number, more: Partial<AgentCall> = {}, name = 'c') =>
  Array.from({ length: count }, (_, index) => call(`${name}${index}`, more));

describe('the Agent calls in a transcript', () => {
  it('have the message and the outcome that the transcript says', () => {
    const transcript = [
      typedLine('Audit'),
      agentLine('a', { message: 'm1' }),
      agentLine('b', { message: 'm1', background: true, prompt: ' sao:20260101-000000-00000000/a1\nRun' }),
      agentLine('x', { message: 'm1', name: 'Read' }),
      resultLine('a', 'no', true),
      'no JSON "type":"user"\n',
      typedLine('<task-notification>done</task-notification>'),
      typedLine('More'),
      agentLine('c', { message: 'm2', name: 'Task' }),
      resultLine('c', 'fine'),
    ].join('');
    expect(listAgentCalls(transcript)).toEqual([
      call('a', { hasFailed: true }),
      call('b', { wantsForeground: false, isOfRun: true }),
      call('c', { message: 'm2' }),
    ]);
  });

  it.each([['msg'], [undefined]])(
    'are of two messages if the first ones were answered, with the id %s',
    (id) => {
      const message = id as string;
      const transcript = [
        agentLine('a', { message }),
        resultLine('other', 'fine'),
        agentLine('b', { message }),
        resultLine('a', 'fine'),
        resultLine('b', 'fine'),
        agentLine('c', { message }),
        resultLine('c', 'fine'),
        agentLine('d', { message }),
      ].join('');
      const own = id ?? '';
      expect(listAgentCalls(transcript).map((made) => made.message)).toEqual([
        own,
        own,
        `${own}#1`,
        `${own}#2`,
      ]);
    },
  );

  it('may be several in one line', () => {
    const block = (id: string) => ({ type: 'tool_use', id, name: 'Agent', input: { prompt: 'Look' } });
    const line = { type: 'assistant', message: { id: 'm1', content: [block('a'), block('b')] } };
    expect(listAgentCalls(JSON.stringify(line)).map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('a fan-out', () => {
  it('is a message with at least the limit of calls', () => {
    expect(findFanOut(calls(9), 'c0', 10)).toBeUndefined();
    expect(findFanOut(calls(10), 'c0', 10)).toEqual({ count: 10, first: 'c0' });
    expect(findFanOut(calls(10), 'c9', 10)).toEqual({ count: 10, first: 'c0' });
    expect(findFanOut([...calls(9), call('other', { message: 'm2' })], 'c0', 10)).toBeUndefined();
  });

  it('has no call of a run, and none that is not known', () => {
    const mixed = [...calls(9), ...calls(5, { isOfRun: true }, 'r')];
    expect(findFanOut(mixed, 'c0', 10)).toBeUndefined();
    expect(findFanOut([...mixed, call('c9')], 'r0', 10)).toBeUndefined();
    expect(findFanOut(calls(10), 'z', 10)).toBeUndefined();
  });
});

describe('an answer is shortened', () => {
  it('if its message has at least the limit of agents', () => {
    expect(findShortened(calls(10), 'c4', 10)?.id).toBe('c4');
    expect(findShortened(calls(9), 'c4', 10)).toBeUndefined();
  });

  it('but not for agents of several messages, of a run, or that never started', () => {
    const messages = [1, 2, 3, 4].flatMap((n) => calls(9, { message: `m${n}` }, `m${n}-`));
    for (const { id } of messages) expect(findShortened(messages, id, 10)).toBeUndefined();
    expect(findShortened([...calls(9), ...calls(3, { isOfRun: true }, 'r')], 'c0', 10)).toBeUndefined();
    expect(findShortened([...calls(12), ...calls(3, { isOfRun: true }, 'r')], 'r0', 10)).toBeUndefined();
    expect(
      findShortened([...calls(30, { hasFailed: true }), ...calls(3, {}, 'd')], 'd0', 10),
    ).toBeUndefined();
  });

  it('to 2,000 characters with the note, and never in the middle of a character', () => {
    expect(cutAnswer('x'.repeat(5000), 'note')).toBe(`${'x'.repeat(1995)}\nnote`);
    const cut = cutAnswer('🙂'.repeat(3000), 'note');
    expect(() => encodeURIComponent(cut)).not.toThrow();
    expect(cut.length).toBeLessThanOrEqual(2000);
  });
});
