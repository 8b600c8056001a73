import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Bench, findBuild } from '../../harness/sao.ts';

const built = findBuild();

/** Files that a command would wait for, or could not hold. */
const KINDS: [string, (path: string) => void][] = [
  ['a named pipe', (path) => execFileSync('mkfifo', [path])],
  [
    'a file of 3 GB',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 3_000_000_000);
    },
  ],
];

it.each(KINDS)('the commands of approvals end at %s, each with its code', (_, make) => {
  const bench = new Bench(built.path);
  const folder = join(bench.home, 'config', 'sao');
  mkdirSync(folder, { recursive: true });
  const file = join(bench.home, 'record.json');
  make(file);
  expect(bench.call('approvals', 'verify', file).code).toBe(2);
  expect(bench.call('approvals', 'sign', file, '--yes').code).toBe(2);
  for (const name of ['allowed_signers', 'config.json']) {
    make(join(folder, name));
    expect(bench.call('approvals', 'verify', file).code).toBe(2);
    rmSync(join(folder, name));
  }
});
