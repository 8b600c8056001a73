import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkAssertions } from '../../../src/contract/assertions.io.ts';
import { readLocks } from '../../../src/contract/contract.ts';
import type { LaunchCommand } from '../../../src/system/process/launch.ts';
import { unwrap } from '../../../src/system/result.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { makeRepository, write } from '../../hazards/git-scratch.ts';
import { makeContract, makeLock } from '../../unit/contract/sample.ts';

const lockWith = (check: object) =>
  unwrap(readLocks(makeContract({ 'locks.json': { decisions: { 'the lock': makeLock({ check }) } } })));

const FILES = {
  'src/auth/hash.ts': 'import { scrypt } from "node:crypto";\n\nscrypt();\n',
  'src/auth/old.ts': '// a\nmd5(x);\n\nmd5(y);\n',
  'src/store/a.bin': '\u0000md5(',
  '.gitignore': 'dist/\n',
};

function prepare() {
  const tree = makeRepository(FILES);
  write(tree, { 'dist/out.js': 'md5(', 'src/new.ts': 'md5(z)' });
  const logs = join(makeScratch(), 'qc');
  const env = { PATH: process.env.PATH, SAO_RUN_DIR: '/x' };
  const commands = { logs, env, confine: (command: LaunchCommand) => command, timeoutMs: 20_000 };
  const check = async (given: object, more: object = {}) =>
    unwrap(await checkAssertions(tree, lockWith(given), { commands, ...more }));
  return { tree, logs, commands, check };
}

describe('a pattern of a lock', () => {
  it('is found by file and line where it must not occur, in tracked and new files alone', async () => {
    const { check } = prepare();
    const found = await check({ pattern: 'md5\\(', must: 'not-occur', paths: ['src/**', 'dist/**'] });
    expect(found.map(({ path, line, lock }) => `${lock} ${path}:${line}`)).toEqual([
      'the lock src/auth/old.ts:2',
      'the lock src/auth/old.ts:4',
      'the lock src/new.ts:1',
    ]);
    expect(await check({ pattern: 'md5', must: 'not-occur', paths: ['src/auth/h*.ts'] })).toEqual([]);
  });

  it('is missed where it must occur', async () => {
    const { check } = prepare();
    expect(await check({ pattern: '^scrypt\\(', must: 'occur', paths: ['src/auth/*.ts'] })).toEqual([]);
    const found = await check({ pattern: 'argon2', must: 'occur', paths: ['src/auth/*.ts'] });
    expect(found).toMatchObject([{ lock: 'the lock', untested: false }]);
    expect(found[0]?.detail).toContain('occurs in no file of src/auth/*.ts');
  });

  it('that goes back and forth is stopped and told', async () => {
    const { check, tree } = prepare();
    write(tree, { 'src/slow.ts': `${'a'.repeat(60)}!` });
    const slow = { pattern: '^(a+)+$', must: 'not-occur', paths: ['src/**'] };
    const found = await check(slow, { patternMs: 300 });
    expect(found).toMatchObject([{ untested: true, path: 'src/slow.ts' }]);
    expect(found[0]?.detail).toContain('stopped after 0.3 s');
  });

  it('is not looked for behind a link that leads out of the tree', async () => {
    const { check, tree } = prepare();
    const outside = makeScratch();
    write(outside, { 'secret.ts': 'token' });
    symlinkSync(outside, join(tree, 'src/link'));
    expect(await check({ pattern: 'token', must: 'not-occur', paths: ['src/**'] })).toEqual([]);
  });
});

describe('a command of a lock', () => {
  const node = JSON.stringify(process.execPath);

  it('holds when it ends with 0, in the tree and in a scrubbed environment', async () => {
    const { check, logs } = prepare();
    const script = 'process.exit(process.env.SAO_RUN_DIR || !require("fs").existsSync("src/auth") ? 1 : 0)';
    expect(await check({ command: `${node} -e '${script}'` })).toEqual([]);
    expect(existsSync(join(logs, 'lock-decision-the_lock.log'))).toBe(true);
  });

  it('is told with its exit code and where it said what', async () => {
    const { check, logs } = prepare();
    const found = await check({ command: `${node} -e 'console.log("bad line"); process.exit(3)'` });
    expect(found).toMatchObject([{ untested: false }]);
    expect(found[0]?.detail).toContain('exit code 3');
    expect(readFileSync(join(logs, 'lock-decision-the_lock.log'), 'utf8')).toContain('bad line');
  });

  it('that fails once and then passes is said to be flaky, with both outputs', async () => {
    const { check, logs } = prepare();
    const script =
      'const fs = require("fs"); if (!fs.existsSync("ran.txt")) { fs.writeFileSync("ran.txt", ""); process.exit(4); }';
    const found = await check({ command: `${node} -e '${script}'` });
    expect(found).toMatchObject([{ flaky: true, untested: false }]);
    expect(found[0]?.detail).toContain('exit code 4');
    expect(found[0]?.detail).toContain(join(logs, 'lock-decision-the_lock.first.log'));
  });

  it('that cannot be started, or does not end, has tested nothing', async () => {
    const { check, commands } = prepare();
    expect(await check({ command: 'no-such-program-at-all' })).toMatchObject([{ untested: true }]);
    const brief = { commands: { ...commands, timeoutMs: 300, graceMs: 100 } };
    const found = await check({ command: `${node} -e 'setInterval(() => {}, 1000)'` }, brief);
    expect(found).toMatchObject([{ untested: true }]);
    expect(found[0]?.detail).toContain('did not end in time');
  });

  it('is not run when commands are not permitted', async () => {
    const { check } = prepare();
    expect(await check({ command: 'no-such-program-at-all' }, { commands: undefined })).toEqual([]);
  });
});
