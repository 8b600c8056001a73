import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findClient, installClient, listVersions } from './harness/binary.ts';
import { runCommand } from './harness/client.ts';
import { createSandbox, type Sandbox } from './harness/sandbox.ts';

describe('the versions of the client', () => {
  let sandbox: Sandbox;
  let folder: string;
  beforeAll(async () => {
    sandbox = await createSandbox();
    folder = mkdtempSync(join(tmpdir(), 'sao-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    return sandbox.remove();
  });

  it('are in the table, and the one of this run is the one that starts', async () => {
    const version = process.env.SAO_CLIENT_VERSION ?? 'none';
    expect(listVersions()).toContain(version);
    const { stdout } = await runCommand(['--version'], { sandbox });
    expect(stdout.split(' ')[0]).toBe(version);
  });

  it('end with the one that `npm ci` installs', () => {
    const read = (name: string) => JSON.parse(readFileSync(resolve(import.meta.dirname, name), 'utf8'));
    const pinned = read('package.json').dependencies['@anthropic-ai/claude-code'];
    expect(listVersions().at(-1)).toBe(pinned);
    expect(read('package-lock.json').packages['node_modules/@anthropic-ai/claude-code'].version).toBe(pinned);
  });

  it('fail if one cannot be installed, and leave nothing that looks installed', () => {
    expect(() => installClient('2.1.329', { folder, npm: 'false' })).toThrow(
      'Version 2.1.329 of the client cannot be installed from the npm registry.',
    );
    expect(() => installClient('2.1.329', { folder, npm: 'true' })).toThrow(/has no binary for /);
    expect(findClient('2.1.329', folder)).toBeUndefined();
    expect(existsSync(join(folder, 'node_modules'))).toBe(false);
  });
});
