import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';

const built = findBuild();

/** Starts `sao` in a Node that reports another version. */
function startWith(version: string, ...args: string[]) {
  const preload = join(makeScratch(), 'version.cjs');
  writeFileSync(preload, `Object.defineProperty(process.versions, 'node', { value: '${version}' });\n`);
  return spawnSync(process.execPath, ['--require', preload, built.path, ...args], { encoding: 'utf8' });
}

it.each(['18.20.4', '20.0.0', '20.11.1'])(
  'refuses Node %s in one line with a fix, before it loads anything',
  (version) => {
    const { status, stdout, stderr } = startWith(version, 'list');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toMatch(
      /^Error: sao needs Node 20\.12 or newer, and this is Node \d+\.\d+\.\d+ \(.*\)\nFix: .*\n$/,
    );
    expect(stderr).toContain(version);
  },
);

it.each(['20.12.0', '22.1.0', '100.0.0'])('starts with Node %s', (version) => {
  expect(startWith(version, '--version')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\./),
  });
});
