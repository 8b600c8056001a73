import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { agentTypeFor, TYPE_TOOLS } from '../../../../src/run/ledger/agent-types.ts';
import type { AgentType } from '../../../../src/run/ledger/manifest.ts';
import { nameAgentDefinition } from '../../../../src/system/client/plugin.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const TYPES = Object.keys(TYPE_TOOLS) as AgentType[];

describe('the definitions in agents/', () => {
  it('are those that the engine knows', () => {
    expect(readdirSync('agents').sort()).toEqual(TYPES.map((type) => `${type}.md`).sort());
  });

  it.each(TYPES)('%s has the tools that the engine expects, and its own name', (type) => {
    const { name, tools } = parse(readFileSync(`agents/${type}.md`, 'utf8').split('---\n')[1] ?? '');
    expect(name).toBe(type);
    expect(tools.split(', ')).toEqual(TYPE_TOOLS[type]);
  });

  it('let only a coordinator start agents', () => {
    expect(TYPES.filter((type) => TYPE_TOOLS[type].includes('Agent'))).toEqual(['coordinator']);
  });
});

describe('the definition of an agent', () => {
  it.each([
    [['Read', 'Glob', 'Write'], 'worker'],
    [['Read', 'Write'], 'worker'],
    [['Read', 'Grep', 'Glob', 'Write'], 'searcher'],
    [['Grep', 'Write'], 'searcher'],
    [['Read', 'Write', 'Bash'], 'builder'],
    [['Read', 'Write', 'Bash(git log:*)'], 'builder'],
    [['Read', 'Grep', 'Glob', 'Write', 'Edit'], 'builder'],
    [['Read', 'Write', 'WebFetch'], undefined],
    [['Read', 'Write', 'mcp__github__issues'], undefined],
    [['Read', 'Write', 'Agent'], undefined],
  ])('with %j: %s', (tools, type) => {
    expect(agentTypeFor(tools)).toBe(type);
  });
});

describe('the name of a definition', () => {
  const plugin = (manifest: string | undefined) => {
    const folder = makeScratch();
    cpSync('agents', join(folder, 'agents'), { recursive: true });
    mkdirSync(join(folder, '.claude-plugin'));
    if (manifest !== undefined) writeFileSync(join(folder, '.claude-plugin', 'plugin.json'), manifest);
    return folder;
  };

  it.each([
    ['{"name": "renamed"}', 'renamed:worker'],
    ['{"name": ""}', undefined],
    ['{"name": 1}', undefined],
    ['null', undefined],
    ['{', undefined],
    [undefined, undefined],
  ])('with the manifest %s: %s', (manifest, name) => {
    expect(nameAgentDefinition(plugin(manifest), 'worker')).toBe(name);
  });

  it('is unknown for anything but the name of a definition', () => {
    expect(nameAgentDefinition('.', '../agents/worker')).toBeUndefined();
  });

  it('is unknown in a folder without the definition', () => {
    const folder = makeScratch();
    cpSync('.claude-plugin', join(folder, '.claude-plugin'), { recursive: true });
    expect(nameAgentDefinition(folder, 'worker')).toBeUndefined();
  });
});
