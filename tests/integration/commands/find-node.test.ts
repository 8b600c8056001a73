import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';

const built = findBuild();

const SYSTEM_PLACES = /(?<= )\/(?:opt\/homebrew|usr\/local|usr)\/bin\/node/g;

/** A home whose nvm has these versions; the first one is a program that reports itself as too old. */
function homeWith(...versions: string[]): string {
  const home = makeScratch();
  for (const [index, version] of versions.entries()) {
    const path = join(home, '.nvm/versions/node', version, 'bin/node');
    mkdirSync(dirname(path), { recursive: true });
    if (index > 0) symlinkSync(process.execPath, path);
    else {
      writeFileSync(path, '#!/bin/sh\nexit 1\n');
      chmodSync(path, 0o755);
    }
  }
  return home;
}

/** A copy of a script that looks for Node below HOME only. */
function copyWithoutSystemPlaces(path: string): string {
  const folder = makeScratch();
  cpSync(dirname(path), folder, { recursive: true });
  for (const name of ['sao', 'find-node']) {
    const copy = join(folder, name);
    try {
      writeFileSync(copy, readFileSync(copy, 'utf8').replace(SYSTEM_PLACES, '/missing/node'));
    } catch {
      // Only one of the two is in each folder.
    }
  }
  return join(folder, path.slice(dirname(path).length + 1));
}

const start = (path: string, home: string, input = '', more: Record<string, string> = {}) =>
  spawnSync('/bin/sh', [path], { encoding: 'utf8', input, env: { HOME: home, PATH: '/missing', ...more } });

describe('without Node on PATH', () => {
  it('sao starts with the Node of a version manager, not with one that is too old', () => {
    const sao = copyWithoutSystemPlaces(built.path);
    const { status, stdout } = spawnSync('/bin/sh', [sao, '--version'], {
      encoding: 'utf8',
      env: { HOME: homeWith('v18.0.0', 'v22.0.0'), PATH: '/missing' },
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('sao starts with the Node of a version manager if that of PATH is too old', () => {
    const sao = copyWithoutSystemPlaces(built.path);
    const tools = makeScratch();
    const preload = join(tools, 'version.cjs');
    writeFileSync(preload, "Object.defineProperty(process.versions, 'node', { value: '18.20.4' });\n");
    const node = `[ "$1" = --version ] && echo v18.20.4 || exec '${process.execPath}' --require '${preload}' "$@"`;
    writeFileSync(join(tools, 'node'), `#!/bin/sh\n${node}\n`, { mode: 0o755 });
    const startAt = (home: string) =>
      spawnSync('/bin/sh', [sao, '--version'], { encoding: 'utf8', env: { HOME: home, PATH: tools } });
    expect(startAt(homeWith('v18.0.0', 'v22.0.0'))).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(startAt(homeWith('v18.0.0'))).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringMatching(/^Error: Node\.js 20\.12 or newer was not found /),
    });
  });

  it('sao says in two lines what is missing and what to do', () => {
    const { status, stdout, stderr } = start(copyWithoutSystemPlaces(built.path), homeWith('v18.0.0'));
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(
      /^Error: Node\.js 20\.12 or newer was not found [^\n]+\nFix: install Node 20\.12 [^\n]+\n$/,
    );
  });

  const call = (more: object) =>
    JSON.stringify({ hook_event_name: 'PreToolUse', tool_name: 'Write', ...more });
  const tools = dirname(spawnSync('sh', ['-c', 'command -v awk'], { encoding: 'utf8' }).stdout.trim());
  /** The tools of the hooks, and no Node. */
  function toolFolder(): string {
    const folder = makeScratch();
    for (const tool of ['awk', 'cat', 'grep']) symlinkSync(join(tools, tool), join(folder, tool));
    return folder;
  }

  it.each([
    ['an agent’s call is refused', call({ agent_id: 'a1b2' }), 'deny'],
    ['an agent’s stop goes on', JSON.stringify({ hook_event_name: 'SubagentStop', agent_id: 'a1b2' }), ''],
    ['the user’s call goes on', call({ session_id: 's' }), ''],
    ['a text that mentions an agent is no agent', call({ tool_input: { content: '"agent_id":"x"' } }), ''],
  ])('in a session with a run %s', (_, input, decision) => {
    const hook = copyWithoutSystemPlaces(resolve('hooks/sao-hook'));
    const root = makeScratch();
    mkdirSync(join(root, '.sessions'));
    writeFileSync(join(root, '.sessions/s1'), `${join(root, 'run')}\n`);
    const env = { SAO_RUNS_DIR: root, CLAUDE_CODE_SESSION_ID: 's1', PATH: toolFolder() };
    const { status, stdout } = start(hook, homeWith('v18.0.0'), `${input}\n`, env);
    expect(status).toBe(0);
    expect(stdout === '' ? '' : JSON.parse(stdout).hookSpecificOutput.permissionDecision).toBe(decision);
  });
});
