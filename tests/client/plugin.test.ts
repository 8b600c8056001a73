import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './harness/client.ts';
import { createSandbox, type Sandbox } from './harness/sandbox.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('the plugin, judged by the client itself', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox();
  });
  afterAll(() => sandbox.remove());

  it('passes strict validation with the directory profile', async () => {
    const { stdout, code } = await runCommand(
      ['plugin', 'validate', '--strict', '--profile', 'directory', ROOT],
      { sandbox },
    );
    expect(stdout).toContain('Validation passed');
    expect(code).toBe(0);
  });

  it('costs at most 100 tokens always on, as README says, and 700 on invoke for each command', async () => {
    const { stdout } = await runCommand(['plugin', 'details', 'scaled-agent-orchestration'], {
      sandbox,
      plugins: [ROOT],
    });
    const always = tokens(/Always-on:\s+~?<?\s*([\d,.k]+) tok/.exec(stdout)?.[1]);
    expect(always).toBeLessThanOrEqual(100);
    const claimed = /A session without a run pays about (\d+) tokens/.exec(
      readFileSync(join(ROOT, 'README.md'), 'utf8'),
    );
    expect(Math.abs(always - Number(claimed?.[1]))).toBeLessThanOrEqual(2);
    for (const name of ['scaled-agent-orchestration', 'build-pipeline']) {
      const row = new RegExp(`^\\s*${name}\\s+[~<]\\s*[\\d,.k]+\\s+[~<]\\s*([\\d,.k]+)`, 'm').exec(stdout);
      expect(tokens(row?.[1])).toBeLessThanOrEqual(700);
    }
  });

  it('installs from a clone without development packages: at most 10 MB, with everything a user looks for', async () => {
    const clone = join(sandbox.home, 'scaled-agent-orchestration');
    execFileSync('git', ['clone', '--quiet', ROOT, clone]);
    // As `npm ci` leaves it.
    mkdirSync(join(clone, 'node_modules', 'typescript'), { recursive: true });
    writeFileSync(join(clone, 'node_modules', 'typescript', 'large.js'), Buffer.alloc(30_000_000));
    const [copy = '', add = [], install = []] = readInstallCommands();
    execFileSync('sh', ['-c', copy], { cwd: sandbox.home });
    const added = await runCommand(add, { sandbox: { ...sandbox, project: sandbox.home } });
    expect(added.code).toBe(0);
    const installed = await runCommand(install, { sandbox });
    expect(`${installed.stdout}${installed.stderr}`).toMatch(/installed/i);
    expect(installed.code).toBe(0);
    const [folder = '', ...others] = installedFolders(sandbox.home);
    expect(others).toEqual([]);
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['.claude-plugin', 'package.json', 'tsconfig.json', ...SHIPPED_FOLDERS]),
    );
    expect(existsSync(join(folder, 'node_modules', 'typescript'))).toBe(false);
    expect(bytesOf(folder)).toBeLessThanOrEqual(10_000_000);
    expect(execFileSync(join(folder, 'bin', 'sao'), ['--version'], { encoding: 'utf8' })).toMatch(
      /^\d+\.\d+\.\d+\n$/,
    );
  });
});

const SHIPPED_FOLDERS = ['agents', 'bin', 'commands', 'docs', 'hooks', 'skills', 'src', 'templates', 'tests'];

/** What README says to run, from the folder that holds the clone: a shell command, then the arguments of two calls of the client. */
function readInstallCommands(): [copy: string, add: string[], install: string[]] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [copy = '', ...calls] =
    /## Install\n[^`]*```bash\n([^`]*)```/.exec(readme)?.[1]?.trim().split('\n') ?? [];
  const [add = [], install = []] = calls.map((call) => call.split(' ').slice(1));
  return [copy, add, install];
}

/** The folders below a client's home into which the client copied the plugin; the clone itself does not count. */
function installedFolders(home: string): string[] {
  const manifests = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      path.endsWith('.claude-plugin/plugin.json') &&
      !/^(?:scaled-agent-orchestration|sao-plugin)\//.test(path),
  );
  return manifests.map((path) => join(home, path, '../..'));
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function tokens(text: string | undefined): number {
  const value = Number((text ?? '').replace(/[,k]/g, ''));
  if (text === undefined || Number.isNaN(value)) throw new Error('the client no longer prints this figure');
  return text.endsWith('k') ? value * 1000 : value;
}
