import { describe, expect, it } from 'vitest';
import { hasHumanTurn, isTyped, type PromptLine } from '../../../../src/run/ledger/human-turn.ts';

const user = (content: unknown, more: object = {}): PromptLine => ({
  type: 'user',
  timestamp: '2026-01-02T03:10:00.000Z',
  message: { content },
  ...more,
});

// As the client 2.1.329 writes them.
const NOTIFICATION = user('<task-notification>\n<task-id>a</task-id>', { promptSource: 'system' });
const RESULT = user([{ type: 'tool_result', tool_use_id: 't', content: 'yes' }], {
  toolUseResult: { stdout: 'yes' },
});
const questions = [{ question: 'Start?', options: [{ label: 'Yes' }] }];
const ANSWER = user([{ type: 'tool_result', tool_use_id: 't', content: 'Yes' }], {
  toolUseResult: { questions, answers: { 'Start?': 'Yes' } },
});
const NO_ANSWER = user([{ type: 'tool_result', tool_use_id: 't', content: 'The user did not answer' }], {
  toolUseResult: { questions, answers: {} },
});
const AWAY = user([{ type: 'tool_result', tool_use_id: 't', content: 'Yes' }], {
  toolUseResult: { questions, answers: { 'Start?': 'Yes' }, afkTimeoutMs: 60_000 },
});
const COMPACTED = { isCompactSummary: true, isVisibleInTranscriptOnly: true };
const PICTURE = user(
  [
    { type: 'image', source: {} },
    { type: 'text', text: 'yes' },
  ],
  { promptSource: 'typed' },
);

describe('a prompt that a human typed', () => {
  it.each<[string, PromptLine, boolean]>([
    ['a typed prompt', user('yes', { promptSource: 'typed' }), true],
    ['a prompt of an older client', user('yes'), true],
    ['a prompt with a picture', PICTURE, true],
    ['a command of a plugin', user('<command-message>sao</command-message>'), true],
    ['a notification', NOTIFICATION, false],
    ['a notification of an older client', user('<task-notification>\n<task-id>a</task-id>'), false],
    ['another message of the client', user('Continue.', { promptSource: 'system' }), false],
    ['the text of a skill', user([{ type: 'text', text: 'Do this' }]), false],
    ['a note of the client', user('Caveat', { isMeta: true }), false],
    ['/clear', user('<command-name>/clear</command-name>'), false],
    ['the output of a local command', user('<local-command-stdout></local-command-stdout>'), false],
    ['a shell command of the user', user('<bash-input>ls</bash-input>'), false],
    ['the result of a tool', RESULT, false],
    ['the summary of a compacted conversation', user('This session is being continued…', COMPACTED), false],
    ['an empty prompt', user(''), false],
    ['what a human typed, by its origin', user('yes', { origin: { kind: 'human' } }), true],
    ['a message of another session', user('yes', { promptSource: 'typed', origin: { kind: 'peer' } }), false],
    ['a message of a teammate', user('<teammate-message teammate_id="a">yes</teammate-message>'), false],
    ['an interruption', user('[Request interrupted by user]'), false],
    ['the model', { ...user('yes'), type: 'assistant' }, false],
  ])('%s: %#', (_name, line, expected) => {
    expect(isTyped(line)).toBe(expected);
  });
});

describe('a human’s turn since a time', () => {
  const SINCE = Date.parse('2026-01-02T03:09:59.000Z');
  const transcript = (...lines: PromptLine[]) => lines.map((line) => JSON.stringify(line)).join('\n');

  it.each<[string, PromptLine, boolean]>([
    ['an answer that the client gave for a human who is away', AWAY, false],
    ['a typed prompt', user('yes'), true],
    ['an answer to the model’s question', ANSWER, true],
    ['a question that was not answered', NO_ANSWER, false],
    ['a notification', NOTIFICATION, false],
    ['the result of a tool', RESULT, false],
    ['an earlier prompt', { ...user('yes'), timestamp: '2026-01-02T03:09:58.999Z' }, false],
    ['a prompt at an unknown time', { ...user('yes'), timestamp: 'soon' }, false],
    ['a subagent’s prompt', { ...user('yes'), isSidechain: true }, false],
  ])('%s: %#', (_name, line, expected) => {
    const others = [user('Go', { timestamp: '2026-01-02T03:00:00.000Z' }), NOTIFICATION];
    expect(hasHumanTurn(transcript(...others, line), SINCE)).toBe(expected);
  });

  it('skips lines that are no JSON', () => {
    expect(hasHumanTurn('{"type":"user", torn', SINCE)).toBe(false);
    expect(hasHumanTurn('', SINCE)).toBe(false);
  });
});
