import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Bench, findBuild } from '../../harness/sao.ts';

const built = findBuild();

it.each([
  ['a session', { CLAUDECODE: '1' }],
  ['an agent', { SAO_AGENT_ID: 'a1' }],
])('sao clean of %s only looks', (_, env) => {
  const bench = new Bench(built.path);
  const { dir } = JSON.parse(bench.call('init', '--json').stdout).data as { dir: string };
  Object.assign(bench.env, env);
  const clean = (...more: string[]) => bench.call('clean', '--older-than', '1s', '--abandoned', ...more);
  expect(clean()).toMatchObject({ code: 2 });
  expect(existsSync(join(dir, 'run.json'))).toBe(true);
  Object.assign(bench.env, { CLAUDECODE: undefined, SAO_AGENT_ID: undefined });
  expect(clean('--dry-run')).toMatchObject({ code: 0 });
});
