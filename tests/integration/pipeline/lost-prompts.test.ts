import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Shop } from '../../harness/builds.ts';
import { findBuild } from '../../harness/sao.ts';

it('a lost prompt of a build is named, and written again by the engine as it was', () => {
  const shop = new Shop(findBuild().path);
  shop.env.CLAUDE_CODE_MAX_OUTPUT_TOKENS = '200000';
  expect(shop.call('build', 'A small shop')).toMatchObject({ code: 0 });
  expect(shop.locate()).toBe(true);
  const path = join(shop.dir, 'prompts', 'architect.md');
  const before = readFileSync(path, 'utf8');
  rmSync(join(shop.dir, 'prompts'), { recursive: true });
  const { code, stderr } = shop.call('prompt', shop.run, 'architect');
  expect(code).toBe(3);
  expect(stderr).toContain(`${path} is missing or empty`);
  expect(stderr).toContain(`sao run ${shop.run} --commands`);
  shop.call('run', shop.run, '--commands');
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(shop.call('prompt', shop.run, 'architect')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('A small shop'),
  });
});
