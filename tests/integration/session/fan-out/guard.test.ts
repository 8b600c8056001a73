import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardFanOut } from '../../../../src/session/fan-out/guard.io.ts';
import { agentLine, typedLine } from '../../../harness/transcripts.ts';

const LONG = 'x'.repeat(20_000);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sao-fan-out-'));
  mkdirSync(join(folder, 's', 'subagents'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const prepare = (count: number, options: { background?: boolean; prompt?: string }) => {
  const lines = Array.from({ length: count }, (_, index) =>
    agentLine(`toolu_${index}`, { message: 'm1', ...options }),
  );
  writeFileSync(join(folder, 's.jsonl'), [typedLine('Audit'), ...lines].join(''));
  writeFileSync(join(folder, 's', 'subagents', 'agent-x1.meta.json'), '{"toolUseId":"toolu_1"}');
};
const guard = (event: object, env = {}) =>
  guardFanOut(
    { hook_event_name: '', session_id: 's', cwd: folder, transcript_path: join(folder, 's.jsonl'), ...event },
    { HOME: folder, ...env },
  );
const stop = (answer: string, env = {}) =>
  guard({ hook_event_name: 'SubagentStop', agent_id: 'x1', last_assistant_message: answer }, env);
const returned = (content: object[], more = {}) =>
  guard({
    hook_event_name: 'PostToolUse',
    tool_use_id: 'toolu_1',
    tool_response: { status: 'completed', agentId: 'x1', content, totalTokens: 5, ...more },
  });

describe('the last message of a background agent', () => {
  it('is kept and asked for again three times at most, each text in a file of its own', () => {
    prepare(10, { background: true });
    const names = ['agent-x1.md', 'agent-x1.2.md', 'agent-x1.3.md'];
    for (const [index, name] of names.entries()) {
      const path = join(folder, 's', 'tool-results', name);
      expect(stop(LONG + index)).toMatchObject({ decision: 'block', reason: expect.stringContaining(path) });
      expect(readFileSync(path, 'utf8')).toBe(LONG + index);
    }
    expect(stop(LONG)).toBeUndefined();
  });

  it.each<[string, number, object, string]>([
    ['nine agents', 9, { background: true }, LONG],
    ['a short answer', 10, { background: true }, 'x'.repeat(2000)],
    ['foreground agents, whose answer is cut when they return', 10, {}, LONG],
    ['agents of a run', 10, { background: true, prompt: 'sao:20260101-000000-00000000/a1' }, LONG],
  ])('stays as it is for %s', (_, count, options, answer) => {
    prepare(count, options);
    expect(stop(answer)).toBeUndefined();
  });

  it('is shortened too if the client put a foreground call into the background, and not if it did not', () => {
    const event = { hook_event_name: 'SubagentStop', agent_id: 'x1', last_assistant_message: LONG };
    prepare(10, {});
    expect(guard({ ...event, background_tasks: [{ id: 'x0' }, { id: 'x1' }] })).toMatchObject({
      decision: 'block',
    });
    prepare(10, { background: true });
    expect(guard({ ...event, background_tasks: [{ id: 'x0' }] })).toBeUndefined();
  });

  it('stays as it is if the guard is off, or for an agent that no call started', () => {
    prepare(10, { background: true });
    expect(stop(LONG, { SAO_GUARD: 'off' })).toBeUndefined();
    writeFileSync(join(folder, 's', 'subagents', 'agent-x1.meta.json'), '{}');
    expect(stop(LONG)).toBeUndefined();
  });
});

describe('the result of a foreground agent', () => {
  it('keeps its other fields and joins its texts', () => {
    prepare(10, {});
    const texts = [
      { type: 'text', text: 'A'.repeat(1500) },
      { type: 'text', text: 'B'.repeat(1500) },
    ];
    const path = join(folder, 's', 'tool-results', 'agent-x1.md');
    const note = `\n[cut: all 3002 characters are in ${path}]`;
    expect(returned(texts)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PostToolUse',
        updatedToolOutput: {
          status: 'completed',
          agentId: 'x1',
          totalTokens: 5,
          content: [
            { type: 'text', text: `${'A'.repeat(1500)}\n\n${'B'.repeat(2000 - 1502 - note.length)}${note}` },
          ],
        },
      },
    });
    expect(readFileSync(path, 'utf8')).toBe(`${'A'.repeat(1500)}\n\n${'B'.repeat(1500)}`);
  });

  it('stays as it is if it is short, holds an image, is a receipt, or has no name for a file', () => {
    prepare(10, {});
    expect(returned([{ type: 'text', text: 'x'.repeat(2000) }])).toBeUndefined();
    expect(returned([{ type: 'text', text: LONG }, { type: 'image' }])).toBeUndefined();
    expect(returned([], { status: 'async_launched', content: undefined })).toBeUndefined();
    expect(returned([{ type: 'text', text: LONG }], { agentId: '../x' })).toBeUndefined();
  });
});
