import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/prompt/template.ts';
import { placeholdersOf } from '../harness/placeholders.ts';

const files = ['templates', 'templates/additions', 'templates/audit'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

describe('templates', () => {
  it.each(files)('%s declares exactly the variables that it uses', (path) => {
    const template = parseTemplate(readFileSync(path, 'utf8'));
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

  it('the command stays under 200 words and the skill between 300 and 900', () => {
    const words = (path: string) => readFileSync(path, 'utf8').split(/\s+/).length;
    expect(words('commands/scaled-agent-orchestration.md')).toBeLessThan(200);
    expect(words('skills/agents-at-scale/SKILL.md')).toBeGreaterThan(300);
    expect(words('skills/agents-at-scale/SKILL.md')).toBeLessThan(900);
  });
});
