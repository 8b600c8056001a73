import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProjectConfig } from '../../../../src/run/ledger/project-config.io.ts';
import { DEFAULT_PROJECT_CONFIG } from '../../../../src/run/ledger/project-config.ts';
import { hasWorkflowTool, startsInAutoMode } from '../../../../src/system/client/settings.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

function projectWith(folder: string, files: Record<string, string>): string {
  const project = makeScratch();
  mkdirSync(join(project, folder));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, folder, name), text);
  return project;
}

describe('the configuration of a project', () => {
  it('may be missing, or say nothing: both are the same', () => {
    const silent = projectWith('.orchestration', { 'config.json': '{}' });
    const told = [makeScratch(), silent].map((project) => readProjectConfig(project));
    const standard = { ok: true, value: DEFAULT_PROJECT_CONFIG, diagnostics: [] };
    expect(told).toEqual([standard, standard]);
  });

  it('chooses a driver and a ceiling', () => {
    const project = projectWith('.orchestration', {
      'config.json': '{"driver": "tiered", "contextBudget": 12000}',
    });
    expect(readProjectConfig(project)).toMatchObject({
      ok: true,
      value: { driver: 'tiered', contextBudget: 12_000 },
    });
  });

  it('sets time limits by role; the others keep their defaults', () => {
    const project = projectWith('.orchestration', {
      'config.json': '{"timeouts": {"worker": 900}, "build": {"timeouts": {"builder": 14400, "fix": 60}}}',
    });
    expect(readProjectConfig(project)).toMatchObject({
      ok: true,
      value: {
        timeouts: { worker: 900, coordinator: 300 },
        build: {
          minPairs: 200,
          timeouts: { architect: 3600, builder: 14_400, qc: 3600, assembler: 1800, fix: 60, curator: 3600 },
        },
      },
    });
  });

  it.each([
    ['has no limit of time', '{"build": {"timeouts": {"builder": 0}}}', /build\.timeouts\.builder/],
    ['has a limit of more than a day', '{"timeouts": {"worker": 86401}}', /timeouts\.worker/],
    ['names a role that there is not', '{"build": {"timeouts": {"tester": 60}}}', /tester/],
    ['is not JSON', '{', /is not JSON/],
    ['is a list', '[]', /the file/],
    ['names a driver that no session has', '{"driver": "claude"}', /driver/],
    ['has a ceiling of nothing', '{"contextBudget": 0}', /contextBudget/],
    [
      'copies from outside',
      '{"worktree": {"copy": ["../secret"]}}',
      /worktree\.copy\.0: must be a relative path/,
    ],
    ['copies an absolute path', '{"worktree": {"copy": ["/etc/passwd"]}}', /must be a relative path/],
    ['copies from .git', '{"worktree": {"copy": [".git/config"]}}', /must be a relative path/],
    ['copies by git magic', '{"worktree": {"copy": [":(top)x"]}}', /must be a relative path/],
    [
      'has a setup command for a shell',
      '{"worktree": {"setup": "npm ci > log"}}',
      /worktree\.setup: the command contains ">", which needs a shell; .*: write sh -c 'npm ci > log'/,
    ],
    [
      'has a check for a shell',
      '{"wrapUp": [{"name": "docs", "command": "a | b"}]}',
      /wrapUp\.0\.command: the command contains "\|"/,
    ],
    ['has ports of the system', '{"worktree": {"ports": {"base": 80}}}', /worktree\.ports\.base/],
    ['would let a command run', '{"allowCommands": ["rm -rf ."]}', /allowCommands/],
  ])('is refused with path and reason where it %s', (_, text, reason) => {
    const project = projectWith('.orchestration', { 'config.json': text });
    const read = readProjectConfig(project);
    const [fault] = read.ok ? [] : read.diagnostics;
    expect(fault?.message).toContain(join(project, '.orchestration', 'config.json'));
    expect(fault?.message).toMatch(reason);
    expect(fault?.fix).toContain('your own configuration only');
  });
});

describe('the client’s Workflow tool', () => {
  const HOME = makeScratch();
  const at = (project: string, env: Record<string, string> = {}) =>
    hasWorkflowTool({ HOME, ...env }, project);

  it('exists by default', () => {
    expect(at(makeScratch())).toBe(true);
    expect(at(projectWith('.claude', { 'settings.json': 'not JSON' }))).toBe(true);
  });

  it.each([
    ['the setting', { 'settings.json': '{"disableWorkflows": true}' }],
    ['the local setting', { 'settings.local.json': '{"enableWorkflows": false}' }],
    ['a denied permission', { 'settings.json': '{"permissions": {"deny": ["Bash(rm:*)", "Workflow"]}}' }],
  ])('is missing by %s of the project', (_, files) => {
    expect(at(projectWith('.claude', files))).toBe(false);
  });

  it('is missing by the environment, and by the user’s own settings', () => {
    expect(at(makeScratch(), { CLAUDE_CODE_DISABLE_WORKFLOWS: '1' })).toBe(false);
    expect(at(makeScratch(), { CLAUDE_CODE_WORKFLOWS: 'false' })).toBe(false);
    const own = projectWith('config', { 'settings.json': '{"disableWorkflows": true}' });
    expect(at(makeScratch(), { CLAUDE_CONFIG_DIR: join(own, 'config') })).toBe(false);
  });
});

describe('auto mode', () => {
  const AUTO = '{"permissions": {"defaultMode": "auto"}}';
  const ASKING = '{"permissions": {"defaultMode": "default"}}';

  it.each<[string, Record<string, string>, string | undefined, boolean]>([
    ['no settings', {}, undefined, false],
    ['the user', {}, AUTO, true],
    ['the project', { 'settings.json': AUTO }, undefined, true],
    ['the project before the user', { 'settings.json': ASKING }, AUTO, false],
    ['the local settings before all', { 'settings.json': ASKING, 'settings.local.json': AUTO }, ASKING, true],
    ['settings without a mode', { 'settings.json': '{"permissions": {}}' }, AUTO, true],
    ['damaged settings', { 'settings.json': '{' }, undefined, false],
  ])('is set by %s', (_, files, own, isAuto) => {
    const project = projectWith('.claude', files);
    const config =
      own === undefined ? makeScratch() : join(projectWith('config', { 'settings.json': own }), 'config');
    expect(startsInAutoMode({ CLAUDE_CONFIG_DIR: config }, project)).toBe(isAuto);
  });
});
