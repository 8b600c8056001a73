import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseTemplate } from '../../src/run/prompt/template.ts';
import { loadTemplate } from '../../src/run/prompt/templates.io.ts';
import { placeholdersOf } from '../harness/placeholders.ts';

const files = [
  'templates',
  'templates/additions',
  'templates/audit',
  'templates/change-log',
  'templates/queue',
  'templates/retry',
  'templates/second-try',
].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe('templates', () => {
  it.each(files)('%s declares exactly the variables that it uses', (path) => {
    const template = loadTemplate(path.replace(/^templates\/|\.md$/g, ''));
    expect([...template.variables].sort()).toEqual(placeholdersOf(template).sort());
  });

  it.each(files)('%s is named after its file', (path) => {
    expect(parseTemplate(readFileSync(path, 'utf8')).name).toBe(/([^/]+)\.md$/.exec(path)?.[1]);
  });
});

describe('versions and budgets', () => {
  it('agree between package and plugin', () => {
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    expect(read('.claude-plugin/plugin.json').version).toBe(read('package.json').version);
  });

  const words = (path: string) => readFileSync(path, 'utf8').split(/\s+/).length;

  it.each(readdirSync('commands'))(
    'commands/%s stays under 200 words, and says what it is in 30 tokens',
    (name) => {
      expect(words(`commands/${name}`)).toBeLessThan(200);
      const text = readFileSync(`commands/${name}`, 'utf8');
      const { name: own, description } = parse(text.split('---\n')[1] ?? '') as Record<string, string>;
      // Without a name of its own the client does not find what the user types.
      expect(`${own}.md`).toBe(name);
      // Four characters are taken for a token; what is listed is the name and the description.
      expect(`${own} ${description}`.length / 4).toBeLessThanOrEqual(30);
      expect(text.length / 4).toBeLessThanOrEqual(700);
    },
  );

  it('the skill stays between 300 and 900 words', () => {
    expect(words('skills/agents-at-scale/SKILL.md')).toBeGreaterThan(300);
    expect(words('skills/agents-at-scale/SKILL.md')).toBeLessThan(900);
  });
});
