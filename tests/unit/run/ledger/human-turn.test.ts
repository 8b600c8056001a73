import { describe, expect, it } from 'vitest';
import { isPrompt, listHumanTurns, type PromptLine } from '../../../../src/run/ledger/human-turn.ts';

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

describe('a prompt', () => {
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
    expect(isPrompt(line)).toBe(expected);
  });
});

describe('what a human said', () => {
  const AT = Date.parse('2026-01-02T03:10:00.000Z');
  const transcript = (...lines: PromptLine[]) => lines.map((line) => JSON.stringify(line)).join('\n');
  const SDK = { promptSource: 'sdk', turnOrigin: 'sdk', entrypoint: 'sdk-cli', promptId: 'p1' };
  const { promptSource: _, ...SDK_COMMAND } = SDK;

  it.each<[string, PromptLine, boolean]>([
    ['an answer that the client gave for a human who is away', AWAY, false],
    ['a typed prompt', user('yes'), true],
    ['an answer to the model’s question', ANSWER, true],
    ['a question that was not answered', NO_ANSWER, false],
    ['a notification', NOTIFICATION, false],
    ['the result of a tool', RESULT, false],
    ['a prompt at an unknown time', { ...user('yes'), timestamp: 'soon' }, false],
    ['a subagent’s prompt', { ...user('yes'), isSidechain: true }, false],
    [
      'a prompt that a human typed in a terminal',
      user('yes', { promptSource: 'typed', entrypoint: 'cli' }),
      true,
    ],
    ['a suggestion that a human accepted', user('yes', { promptSource: 'suggestion_accepted' }), true],
    ['a prompt of a program, such as a client that a model has started', user('yes', SDK), false],
    ['the same, with the variable of a terminal', user('yes', { ...SDK, entrypoint: 'cli' }), false],
    ['a command of a program', user('<command-message>sao</command-message>', SDK_COMMAND), false],
    ['a command of a human', user('<command-message>sao</command-message>', { turnOrigin: 'human' }), true],
    ['a prompt of a source that is not known', user('yes', { promptSource: 'new' }), false],
    ['an answer in a client that a program drives', { ...ANSWER, entrypoint: 'sdk-cli' }, false],
    ['a prompt that waited, at an unknown time', user('yes', { promptSource: 'queued' }), false],
  ])('%s: %#', (_name, line, expected) => {
    expect(listHumanTurns(transcript(NOTIFICATION, line)).map(({ at }) => at)).toEqual(expected ? [AT] : []);
  });

  it('is dated by when it was typed if it waited for the model', () => {
    const line = user('yes', { promptSource: 'queued', sentAtMs: AT - 5000 });
    expect(listHumanTurns(transcript(line))).toEqual([{ at: AT - 5000, text: 'yes' }]);
  });

  it('is no answer in the turn of a program’s prompt', () => {
    const lines = transcript(user('ask', SDK), { ...ANSWER, promptId: 'p1', entrypoint: 'cli' });
    expect(listHumanTurns(lines)).toEqual([]);
    const [own] = listHumanTurns(transcript(user('ask', SDK), { ...ANSWER, promptId: 'p2' }));
    expect(own).toEqual({ at: AT, question: 'Start?', text: 'Yes' });
  });

  it('skips lines that are no JSON', () => {
    expect(listHumanTurns('{"type":"user", torn')).toEqual([]);
    expect(listHumanTurns('')).toEqual([]);
  });
});
