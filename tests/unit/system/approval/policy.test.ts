import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readApprovalPolicy, signersPath } from '../../../../src/system/approval/policy.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const isRoot = process.getuid?.() === 0;
const title = isRoot
  ? 'the demand of the administrator'
  : 'the demand of the administrator (SKIPPED: only root can make a file of root)';

let own: string;
let system: string;
beforeEach(() => {
  own = join(makeScratch(), 'sao');
  system = `${own}-system`;
  mkdirSync(own);
  vi.stubEnv('SAO_TEST_CONFIG', own);
});
const demand = (folder: string, approvals: unknown) =>
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ approvals }));

describe('the demand of the user', () => {
  it.each([
    [undefined, undefined],
    ['terminal', 'terminal'],
    ['asked', 'asked'],
    ['signed', 'signed'],
    // A demand that this version does not know may be a stronger one.
    ['two-humans', 'signed'],
    [1, 'signed'],
  ])('%j is read as %s', (given, policy) => {
    demand(own, given);
    expect(readApprovalPolicy()).toBe(policy);
  });

  it('is none without a file, and signed if the file cannot be read', () => {
    expect(readApprovalPolicy()).toBeUndefined();
    mkdirSync(join(own, 'config.json'));
    expect(readApprovalPolicy()).toBe('signed');
  });

  it('is signed if the file is no JSON', () => {
    writeFileSync(join(own, 'config.json'), '{"approvals": "term');
    expect(readApprovalPolicy()).toBe('signed');
  });
});

describe.skipIf(!isRoot)(title, () => {
  beforeEach(() => mkdirSync(system, { mode: 0o755 }));

  it('counts beside that of the user: the stricter one holds', () => {
    demand(own, 'terminal');
    demand(system, 'signed');
    expect(readApprovalPolicy()).toBe('signed');
    demand(own, 'signed');
    demand(system, 'terminal');
    expect(readApprovalPolicy()).toBe('signed');
  });

  it('replaces the list of signers of the user', () => {
    expect(signersPath()).toBe(join(own, 'allowed_signers'));
    writeFileSync(join(system, 'allowed_signers'), '');
    expect(signersPath()).toBe(join(system, 'allowed_signers'));
  });

  it.each(['.', 'config.json'])('does not count if other users can write %s', (name) => {
    demand(system, 'signed');
    chmodSync(join(system, name), 0o777);
    expect(readApprovalPolicy()).toBeUndefined();
  });
});
