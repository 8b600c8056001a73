import { describe, expect, it } from 'vitest';
import { measureConversation, type TranscriptEntry } from '../../../../src/run/cost/transcript.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 3, 4, second)).toISOString();
const RUN = Date.parse(at(10));

const user = (second: number, content: string | object[], isMeta = false): TranscriptEntry => ({
  type: 'user',
  timestamp: at(second),
  isMeta,
  message: { content: content as string },
});
const assistant = (id: string, context: number, output: number, ...content: object[]): TranscriptEntry => ({
  type: 'assistant',
  timestamp: at(20),
  message: {
    id,
    content,
    usage: { input_tokens: 2, cache_read_input_tokens: context - 2, output_tokens: output },
  },
});
const call = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input });
const result = (id: string, text: string) => ({ type: 'tool_result', tool_use_id: id, content: text });
const COMMAND = 'Task: look\n\n1. Divide.'.padEnd(400, '.');
const SCRIPT = { scriptPath: '/p/.orchestration/runs/0a1b2c3d.js' };
const NOTIFICATION = `<task-notification>\n<tool-use-id>w</tool-use-id>\n<result>${'x'.repeat(800)}</result>\n</task-notification>`;

const conversation = (contexts: number[]): TranscriptEntry[] => [
  user(1, 'hello'),
  assistant('before', 9_000, 100, { type: 'text', text: 'hi' }),
  user(9, '<command-message>scaled</command-message>'),
  user(9, [{ type: 'text', text: COMMAND }], true),
  assistant('m1', contexts[0] ?? 0, 50, call('b', 'Bash', { command: 'sao next --confirm' })),
  user(11, [result('b', 'workflow: call it')]),
  assistant('m2', contexts[1] ?? 0, 30, call('w', 'Workflow', SCRIPT), call('o', 'Bash', { command: 'ls' })),
  user(12, [result('w', 'Workflow launched'), result('o', 'unrelated '.repeat(500))]),
  user(13, NOTIFICATION),
  assistant('m3', contexts[2] ?? 0, 10, { type: 'text', text: 'Finished.' }),
];

describe('what a run cost its conversation', () => {
  it('is split by what it was paid for, and nothing else is counted', () => {
    const { parts, turns } = measureConversation(conversation([]), RUN);
    expect(parts.skill).toBe(COMMAND.length + '<command-message>scaled</command-message>'.length);
    expect(parts.dispatch).toBe('BashWorkflow'.length + 32 + JSON.stringify(SCRIPT).length);
    expect(parts.results).toBe(800);
    expect(parts.receipts).toBe(
      'workflow: call itWorkflow launched'.length + NOTIFICATION.length - 800 + 620,
    );
    expect(turns).toBe(3);
  });

  it('is exact where the client says what its turns used', () => {
    const cost = measureConversation(conversation([9_300, 9_400, 11_355]), RUN);
    // 200 for the command, 50 + 50 for the answers, 30 + 670 for the workflow, 10 for the last word.
    expect(cost).toMatchObject({ tokens: 200 + 50 + 50 + 30 + 670 + 10, exact: true });
  });

  it.each([
    ['in the foreground', (id: string) => [user(14, [result(id, 'y'.repeat(20_000))])]],
    [
      'in the background',
      (id: string) => [
        user(14, [result(id, 'launched')]),
        user(
          15,
          `<task-notification>\n<tool-use-id>${id}</tool-use-id>\n<result>${'y'.repeat(20_000)}</result>`,
        ),
      ],
    ],
  ])('has nothing of agents beside the run, %s', (_, answersOf) => {
    const ids = Array.from({ length: 9 }, (_unused, index) => `f${index}`);
    const ask = { prompt: 'Look at one file', description: 'look' };
    const entries = [
      ...conversation([9_300, 9_400, 11_355]),
      assistant('m4', 11_400, 400, ...ids.map((id) => call(id, 'Agent', ask))),
      ...ids.flatMap(answersOf),
      assistant('m5', 60_000, 10, { type: 'text', text: 'Nine reports.' }),
    ];
    const { tokens, exact } = measureConversation(entries, RUN);
    expect(exact).toBe(true);
    // 48,200 by the client's figures, of which 45,000 and more are the reports.
    expect(tokens).toBeLessThan(6000);
  });

  it('counts what a compaction took away as not given back', () => {
    const cost = measureConversation(conversation([9_300, 2_000, 4_155]), RUN);
    expect(cost).toMatchObject({ tokens: 200 + 50 + 0 + 30 + 870 + 10, exact: true });
  });

  it.each([
    ['no figures at all', [0, 0, 0]],
    ['figures that never change', [10, 10, 10]],
  ])('is an estimate with %s', (_, contexts) => {
    const cost = measureConversation(conversation(contexts as number[]), RUN);
    const { skill, dispatch, receipts, results } = cost.parts;
    expect(cost).toMatchObject({
      exact: false,
      tokens: Math.round((skill + dispatch + receipts + results) / 4),
    });
  });
});
