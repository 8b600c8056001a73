import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepApproved, readApproved } from '../../../src/contract/approved.io.ts';
import { hashContract } from '../../../src/contract/hash.ts';
import { appendEvents } from '../../../src/run/ledger/store.io.ts';
import { unwrap } from '../../../src/system/result.ts';
import { approvalOf, identify } from '../../harness/approvals.ts';
import { Bench, findBuild } from '../../harness/sao.ts';
import { makeScratch } from '../../harness/scratch.ts';
import { commit, makeRepository, write } from '../../hazards/git-scratch.ts';
import { makeContract, makeDocument, makeLock } from '../../unit/contract/sample.ts';
import { prepareBuild } from './build.ts';
import { writeContract } from './tree.ts';

const sao = findBuild();

describe('sao contract check', () => {
  it("looks at a build's integration worktree", () => {
    const { call, bench, run, integration } = prepareBuild(sao.path);
    const hash = hashContract(makeContract());
    expect(call('contract', 'check', run)).toMatchObject({
      code: 0,
      data: { root: integration, run, hash, faults: [] },
    });
    expect(bench.call('contract', 'check').stdout).toContain(`${hash.slice(0, 16)}  valid: ${integration}`);
  });

  it('ends with 1 and names every fault with its fix', () => {
    const { call, bench } = prepareBuild(sao.path, {
      'architecture.md': null,
      'modules.json': makeDocument({ build_order: [] }),
    });
    const { code, data } = call('contract', 'check');
    expect(code).toBe(1);
    expect(data.faults).toHaveLength(6);
    const text = bench.call('contract', 'check');
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(
      /modules\.json \$\.build_order: core is missing\n {2}fix: name each module once/,
    );
  });

  it('looks at a folder that is named, and at the project where there is no build', () => {
    const bench = new Bench(sao.path);
    makeRepository({}, bench.project);
    const none = bench.call('contract', 'check', '--json');
    expect(none.code).toBe(2);
    expect(JSON.parse(none.stdout).diagnostics[0].code).toBe('contract-none');
    for (const to of ['now', 'HEAD']) {
      const same = bench.call('contract', 'diff', '--to', to, '--json');
      expect([same.code, JSON.parse(same.stdout).diagnostics[0].code]).toEqual([2, 'contract-none']);
    }
    writeContract(bench.project);
    expect(bench.call('contract', 'diff').code).toBe(1);
    expect(bench.call('contract', 'check').code).toBe(0);
    const other = makeScratch();
    writeContract(other, { 'locks.json': '{' });
    expect(bench.call('contract', 'check', '--root', other).code).toBe(1);
    expect(bench.call('contract', 'check', '--root', join(other, 'none')).code).toBe(2);
    expect(bench.call('contract', 'move').code).toBe(2);
  });

  it('refuses a run that is no build', () => {
    const bench = new Bench(sao.path);
    makeRepository({}, bench.project);
    const { run } = JSON.parse(bench.call('init', '--json').stdout).data;
    const { stdout, code } = bench.call('contract', 'check', run, '--json');
    expect([code, JSON.parse(stdout).diagnostics[0].code]).toEqual([2, 'contract-no-build']);
  });

  it('finds broken locks, and starts no command', () => {
    const mark = join(makeScratch(), 'ran');
    const decisions = {
      hash: makeLock({ check: { pattern: 'md5', must: 'not-occur', paths: ['src/**'] } }),
      run: makeLock({ check: { command: `touch ${mark}` } }),
    };
    const { call, bench, integration } = prepareBuild(sao.path, { 'locks.json': { decisions } });
    expect(call('contract', 'check', '--assertions')).toMatchObject({ code: 0, data: { broken: [] } });
    write(integration, { 'src/a.ts': 'x\nmd5()\n' });
    const { code, stdout } = bench.call('contract', 'check', '--assertions');
    expect(code).toBe(1);
    expect(stdout).toContain('hash: src/a.ts:2: the forbidden pattern "md5" occurs');
    expect(existsSync(mark)).toBe(false);
  });
});

describe('sao contract show', () => {
  it('prints modules by level, commands to the letter, locks and decisions', () => {
    const { bench, call } = prepareBuild(sao.path);
    const { stdout, code } = bench.call('contract', 'show');
    expect(code).toBe(0);
    for (const line of [
      'shop: 5 modules',
      'level 3\n  api ',
      'sonnet, high, after auth, store',
      'node --test src/auth  (modules.json $.modules[1].test_command)',
      'locked    decision password-hash (architect): Passwords',
      'decisions/001-storage.md: accepted',
    ])
      expect(stdout).toContain(line);
    expect(call('contract', 'show').data.contract.modules.modules).toHaveLength(5);
  });

  it('ends with 2 where the contract is not valid', () => {
    const { call } = prepareBuild(sao.path, { 'locks.json': null });
    expect(call('contract', 'show')).toMatchObject({ code: 2, diagnostics: [{ target: 'locks.json' }] });
  });
});

describe('sao contract diff', () => {
  it('compares what was approved with what is there now', () => {
    const { bench, call, dir, integration } = prepareBuild(sao.path);
    expect(call('contract', 'diff')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'contract-not-approved' }],
    });
    const hash = hashContract(makeContract());
    keepApproved(dir, makeContract());
    appendEvents(
      dir,
      [
        {
          type: 'gate-approved',
          ...{ stage: 'architect', hash },
          ...approvalOf({ stage: 'architect', hash, ...identify(dir) }),
        },
      ],
      new Date(),
    );
    expect(bench.call('contract', 'diff')).toMatchObject({ code: 0, stdout: 'nothing differs\n' });
    writeContract(integration, { 'modules.json': makeDocument({ test_command: 'npm run tests' }) });
    const { code, stdout } = bench.call('contract', 'diff');
    expect(code).toBe(1);
    expect(stdout).toContain('test_command: "npm test" → "npm run tests"');
    writeContract(integration, { 'modules.json': JSON.stringify(makeDocument()) });
    expect(bench.call('contract', 'diff')).toMatchObject({
      code: 1,
      stdout: 'the texts differ; what they say does not\n',
    });
    write(dir, { 'approved/contracts/architecture.md': 'changed' });
    expect(call('contract', 'diff')).toMatchObject({
      code: 2,
      diagnostics: [{ code: 'contract-not-approved' }],
    });
  });

  it('compares commits and folders', () => {
    const bench = new Bench(sao.path);
    makeRepository({}, bench.project);
    writeContract(bench.project);
    const first = commit(bench.project, {});
    writeContract(bench.project, { 'decisions/002-cache.md': '# x\n' });
    commit(bench.project, {});
    const diff = (...args: string[]) => {
      const { code, stdout } = bench.call('contract', 'diff', '--json', ...args);
      return { code, ...JSON.parse(stdout) };
    };
    expect(diff()).toMatchObject({ code: 0, data: { changes: [] } });
    expect(diff('--from', first)).toMatchObject({
      code: 1,
      data: { changes: [{ what: 'decision', name: 'decisions/002-cache.md', how: 'added' }] },
    });
    const other = makeScratch();
    writeContract(other);
    expect(diff('--from', other, '--to', first).code).toBe(0);
    expect(diff('--from', 'nothing')).toMatchObject({ code: 2, diagnostics: [{ code: 'contract-no-side' }] });
    expect(diff('--from', '--all').code).toBe(2);
  });
});

describe('the approved copy', () => {
  it('is what was kept last', () => {
    const dir = makeScratch();
    expect(readApproved(dir)).toMatchObject({ ok: true, value: undefined });
    const second = makeContract({ 'decisions/001-storage.md': null });
    keepApproved(dir, makeContract());
    keepApproved(dir, second);
    expect(unwrap(readApproved(dir, hashContract(second)))).toEqual(new Map([...second].sort()));
    expect(unwrap(readApproved(dir, 'another'))).toBeUndefined();
  });

  it('is still there when its keeper was killed between two renames', () => {
    const dir = makeScratch();
    keepApproved(dir, makeContract());
    renameSync(join(dir, 'approved/contracts'), join(dir, 'approved/contracts.before'));
    expect(unwrap(readApproved(dir))?.size).toBe(makeContract().size);
    keepApproved(dir, makeContract());
    expect(existsSync(join(dir, 'approved/contracts.before'))).toBe(false);
  });

  it('is always inside its folder, even when a path would leave it', () => {
    const dir = join(makeScratch(), 'run');
    mkdirSync(dir);
    expect(() => keepApproved(dir, new Map([['../../../x', 'y']]))).toThrow(/not a path inside/);
  });
});
