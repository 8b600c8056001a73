import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { areAllowed, commandsHash, commandsOf } from '../../../../src/run/plan/approve.ts';
import { quoteCommand } from '../../../../src/system/command-line.ts';
import { agentOf, planWith } from '../../../harness/snapshots.ts';

const commandAgent = (id: string, command: string[]) =>
  agentOf(id, { kind: 'command', model: null, command });
const plan = planWith([
  commandAgent('c1', ['npm', 'audit', '--json']),
  agentOf('a1'),
  commandAgent('c2', ['git', 'log']),
]);

describe('the hash that approves a plan’s commands', () => {
  it('is the whole SHA-256 of ids and commands', () => {
    const text = '[{"id":"c1","command":["npm","audit","--json"]},{"id":"c2","command":["git","log"]}]';
    expect(commandsHash(plan)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it.each([
    ['a word of a command', [commandAgent('c1', ['npm', 'audit']), commandAgent('c2', ['git', 'log'])]],
    ['the program', [commandAgent('c1', ['npx', 'audit', '--json']), commandAgent('c2', ['git', 'log'])]],
    ['an id', [commandAgent('c3', ['npm', 'audit', '--json']), commandAgent('c2', ['git', 'log'])]],
    ['the number of commands', [commandAgent('c1', ['npm', 'audit', '--json'])]],
    [
      'how the words are divided',
      [commandAgent('c1', ['npm', 'audit --json']), commandAgent('c2', ['git', 'log'])],
    ],
  ])('changes with %s', (_, agents) => {
    expect(commandsHash(planWith(agents))).not.toBe(commandsHash(plan));
  });

  it('ignores agents without a command', () => {
    const without = planWith(plan.agents.filter(({ command }) => command !== null));
    expect(commandsHash(without)).toBe(commandsHash(plan));
    expect(commandsOf(plan).map(({ id }) => id)).toEqual(['c1', 'c2']);
  });
});

describe('commands that the user’s configuration allows', () => {
  it.each([
    ['all of them', ['git log', 'npm audit --json'], true],
    ['one of two', ['npm audit --json'], false],
    ['a prefix of one', ['npm audit', 'git log'], false],
    ['none', [], false],
  ])('%s', (_, allowed, expected) => {
    expect(areAllowed(plan, allowed)).toBe(expected);
  });
});

it.each([
  [['npm', 'audit', '--json'], 'npm audit --json'],
  [['echo', 'a b'], "echo 'a b'"],
  [['echo', "it's; rm -rf /"], "echo 'it'\\''s; rm -rf /'"],
  [['echo', ''], "echo ''"],
  [['echo', '$(id)'], "echo '$(id)'"],
])('quotes %j for a shell as %s', (command, expected) => {
  expect(quoteCommand(command)).toBe(expected);
});
