import { resolve } from 'node:path';
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

  it('costs at most 150 tokens always on and 700 on invoke for each command', async () => {
    const { stdout } = await runCommand(['plugin', 'details', 'scaled-agent-orchestration'], {
      sandbox,
      plugins: [ROOT],
    });
    expect(tokens(/Always-on:\s+~?<?\s*([\d,.k]+) tok/.exec(stdout)?.[1])).toBeLessThanOrEqual(150);
    for (const name of ['scaled-agent-orchestration', 'build-pipeline']) {
      const row = new RegExp(`^\\s*${name}\\s+[~<]\\s*[\\d,.k]+\\s+[~<]\\s*([\\d,.k]+)`, 'm').exec(stdout);
      expect(tokens(row?.[1])).toBeLessThanOrEqual(700);
    }
  });

  it('installs from its own marketplace', async () => {
    const added = await runCommand(['plugin', 'marketplace', 'add', ROOT], { sandbox });
    expect(added.code).toBe(0);
    const installed = await runCommand(
      ['plugin', 'install', 'scaled-agent-orchestration@scaled-agent-orchestration'],
      { sandbox },
    );
    expect(`${installed.stdout}${installed.stderr}`).toMatch(/installed/i);
    expect(installed.code).toBe(0);
  });
});

function tokens(text: string | undefined): number {
  const value = Number((text ?? '').replace(/[,k]/g, ''));
  if (text === undefined || Number.isNaN(value)) throw new Error('the client no longer prints this figure');
  return text.endsWith('k') ? value * 1000 : value;
}
