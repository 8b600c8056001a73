import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { COMMANDS } from '../../src/commands/index.ts';

const FOLDERS = [
  'docs',
  'docs/decisions',
  'commands',
  'skills/agents-at-scale',
  'templates',
  'templates/additions',
];
const pages = [
  'README.md',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

/** The `sao …` calls of a page: lines of code blocks, and inline code that starts with it. */
function callsOf(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:\$ )?(?:npx |\.\/bin\/)?(sao [^\n]*)$/gm)].map(
    (match) => match[1] ?? '',
  );
  const inline = [...text.matchAll(/`(?:npx |\.\/bin\/)?(sao [^`\n]*)`/g)].map((match) => match[1] ?? '');
  return [...new Set([...lines, ...inline])];
}

/** The words of a call, without redirections, pipes and quotes. */
function wordsOf(call: string): string[] {
  const plain = call.replace(/\s*(<<|\||>|2>|&&|;|#).*$/, '').replace(/\.$/, '');
  return (plain.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).slice(1).map((word) => word.replace(/^["']|["']$/g, ''));
}

describe('every sao line of the documents', async () => {
  const commands = await Promise.all(COMMANDS.map((entry) => entry.load()));
  for (const page of pages) {
    for (const call of callsOf(readFileSync(page, 'utf8'))) {
      it(`${page}: ${call}`, () => {
        const words = wordsOf(call).filter((word) => !/^[[\]…]/.test(word) && word !== '...');
        const name = words.find((word) => !word.startsWith('-'));
        const program = buildProgram(commands, '0', () => undefined);
        const sub = program.commands.find((candidate) => candidate.name() === name);
        if (name !== undefined) expect(sub, `there is no command "${name}"`).toBeDefined();
        const known = (sub ?? program).options.flatMap(({ short, long }) => [short, long]);
        const given = words.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.replace(/=.*/, ''));
        for (const flag of given) expect([...known, '--help', '--version', '-h', '-V']).toContain(flag);
      });
    }
  }
});
