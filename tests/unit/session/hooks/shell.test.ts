import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlainCall, readLeadingFolder } from '../../../../src/session/hooks/shell.ts';
import { scaled } from '../../../harness/scale.ts';

const PLAIN: [command: string, words: string[]][] = [
  ['sao next', ['next']],
  ['  sao next 20260101 --confirm  ', ['next', '20260101', '--confirm']],
  ['sao init --task "Audit the project"', ['init', '--task', 'Audit the project']],
  ["sao init --task 'it costs $5; really'", ['init', '--task', 'it costs $5; really']],
  ['sao verify RUN a1 b2 2>&1', ['verify', 'RUN', 'a1', 'b2']],
  ['sao report ./runs/x --format=md', ['report', './runs/x', '--format=md']],
  ['sao plan RUN - <<\'PLAN\'\n{"version": 1}\nPLAN', ['plan', 'RUN', '-']],
  ["sao plan --new <<'EOF'\n$(rm -rf /) `id` ; | &&\nEOF\n", ['plan', '--new']],
];

const OTHER: [why: string, command: string][] = [
  ['a chain', 'sao next && rm -rf y'],
  ['a second command', 'sao next; id'],
  ['a second line', 'sao next\nid'],
  ['a pipe', 'sao next | sh'],
  ['a redirection', 'sao next > ~/.bashrc'],
  ['a file as input', 'sao plan RUN - < /etc/passwd'],
  ['a substitution', 'sao init --task "$(id)"'],
  ['backticks', 'sao init --task "`id`"'],
  ['a variable', 'sao next $RUN'],
  ['a variable in double quotes', 'sao next "$RUN"'],
  ['the background', 'sao next &'],
  ['a variable set before it', 'SAO_APPROVAL=x sao run'],
  ['another program', 'saoo next'],
  ['a program of that name elsewhere', './sao next'],
  ['an escape', 'sao next \\; id'],
  ['an open quote', 'sao init --task "x'],
  ['a history expansion', 'sao init --task "a!b"'],
  ['a glob', 'sao verify *'],
  ['a brace expansion', 'sao verify {a,b}'],
  ['a heredoc that the shell expands', 'sao plan RUN - <<PLAN\n$(id)\nPLAN'],
  ['a command after the heredoc', "sao plan RUN - <<'PLAN'\n{}\nPLAN\nid"],
  ['a heredoc that ends early', "sao plan RUN - <<'PLAN'\n{}\nPLAN\nid\nPLAN"],
  ['a heredoc that never ends', "sao plan RUN - <<'PLAN'\n{}"],
  ['a command on the line of the heredoc', "sao plan RUN - <<'PLAN'; id\n{}\nPLAN"],
  ['nothing', ''],
];

describe('a shell command that is one plain call', () => {
  it.each(PLAIN)('%s', (command, words) => {
    expect(parsePlainCall(command)).toEqual({ words });
  });

  it.each(OTHER)('is not: %s', (_why, command) => {
    expect(parsePlainCall(command)).toBeUndefined();
  });

  it('never holds a character outside of quotes that a shell acts on', () => {
    fc.assert(
      fc.property(fc.string(), (tail) => {
        const call = parsePlainCall(`sao ${tail}`);
        const bare = tail.replace(/'[^']*'|"[^"]*"/g, '').replace(/\s2>&1\s*$/, '');
        if (call) expect(bare).not.toMatch(/[$`;&|<>(){}*?[\]!\\#\n]/);
      }),
      { numRuns: scaled(1_000, 5_000) },
    );
  });
});

describe('the folder that a command begins in', () => {
  it.each([
    ['cd a && npm test', 'a'],
    ["  cd 'a b'; ls", 'a b'],
    ['cd -- "a b"\nls', 'a b'],
    ['cd a\\ b', 'a b'],
    ["cd $'a b' && ls", 'a b'],
    ['\n cd /x', '/x'],
    ['cd "$HOME" && ls', undefined],
    ['cd ~/x && ls', undefined],
    ['cd a* && ls', undefined],
    ['cd a || ls', undefined],
    ['cd a & ls', undefined],
    ['cd a b && ls', undefined],
    ['ls && cd a', undefined],
    ["cd 'a", undefined],
    ['cd', undefined],
  ])('%j', (command, folder) => {
    expect(readLeadingFolder(command)).toBe(folder);
  });
});
