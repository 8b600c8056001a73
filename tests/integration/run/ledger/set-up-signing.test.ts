import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readRunState } from '../../../../src/run/ledger/run-state.io.ts';
import { signedText } from '../../../../src/system/approval/record.ts';
import { BuildRun, RUN } from '../../../harness/build-run.ts';
import { Bench, findBuild } from '../../../harness/sao.ts';
import { TouchKey } from '../../../harness/touch-key.ts';

const built = findBuild();
const isRoot = process.getuid?.() === 0;
const user = userInfo().username;

/** A build at its first gate, of a user without a configuration; ssh-keygen gets its answers from a program. */
function prepare() {
  const bench = new Bench(built.path);
  const run = new BuildRun({ project: bench.project, root: join(bench.home, 'runs') });
  const folder = join(bench.home, 'config', 'sao');
  const answer = (text: string) => {
    const path = join(bench.home, 'askpass');
    writeFileSync(path, `#!/bin/sh\necho '${text}'\n`, { mode: 0o755 });
    Object.assign(bench.env, { SSH_ASKPASS: path, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' });
  };
  vi.stubEnv('SAO_TEST_CONFIG', folder);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const gate = () => readRunState(run.dir).approvals.get('architect');
  return { bench, run, folder, answer, read, gate };
}

/** A key in a folder, and its public half without a comment. */
function makeKey(path: string, passphrase = ''): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

describe('sao approvals setup', () => {
  it('makes a key with a passphrase, lists it for approvals only, and its signature opens a gate', () => {
    const { bench, folder, answer, read, gate } = prepare();
    answer('correct horse');
    const made = bench.person('approvals', 'setup', '--require');
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).not.toContain('WARNING');
    const [type, body] = read('approval_key.pub').split(' ');
    expect(read('allowed_signers')).toBe(`${user} namespaces="sao" ${type} ${body}\n`);
    expect(JSON.parse(read('config.json'))).toEqual({
      signingKey: join(folder, 'approval_key'),
      approvals: 'signed',
    });
    expect(statSync(join(folder, 'approval_key')).mode & 0o077).toBe(0);
    expect(bench.person('gate', 'approve', 'architect', RUN, '--yes')).toMatchObject({ code: 0 });
    expect(gate()).toMatchObject({ signer: user, approval: { level: 'signed' } });
    // A second call takes the same key and lists it once.
    const again = bench.person('approvals', 'setup');
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).not.toContain('not demanded');
    expect(read('allowed_signers').split('\n')).toHaveLength(2);
    expect(JSON.parse(read('config.json')).approvals).toBe('signed');
  });

  it('warns of a key without a passphrase, and keeps the signers that were listed', () => {
    const { bench, folder, read } = prepare();
    const [mine, other] = [makeKey(join(bench.home, 'mine')), makeKey(join(bench.home, 'other'))];
    mkdirSync(folder, { recursive: true });
    // The last line has no end, and a comment names the key.
    writeFileSync(join(folder, 'allowed_signers'), `# ${user} ${mine}\nada ${other}`);
    const made = bench.person('approvals', 'setup', '--key', join(bench.home, 'mine'));
    expect(made.stdout).toContain('WARNING: this key has no passphrase');
    expect(made.stdout).toContain('signatures are shown, but not demanded');
    expect(read('allowed_signers')).toBe(
      `# ${user} ${mine}\nada ${other}\n${user} namespaces="sao" ${mine}\n`,
    );
  });

  it('makes nothing without a terminal, in a session, or after ssh-keygen has refused', () => {
    const { bench, folder, answer } = prepare();
    answer('correct horse');
    expect(bench.call('approvals', 'setup')).toMatchObject({ code: 2 });
    bench.env.CLAUDECODE = '1';
    expect(bench.person('approvals', 'setup')).toMatchObject({ code: 2 });
    bench.env.CLAUDECODE = undefined;
    // ssh-keygen cannot write to the path.
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(bench.home, 'none', 'key'), join(folder, 'approval_key'));
    expect(bench.person('approvals', 'setup')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('has made no key'),
    });
    expect(bench.person('approvals', 'setup', '--key', join(bench.home, 'none'))).toMatchObject({ code: 2 });
    expect(existsSync(join(folder, 'config.json'))).toBe(false);
    expect(existsSync(join(folder, 'allowed_signers'))).toBe(false);
  });
});

describe('a record that is signed on another machine', () => {
  it('counts here if its key is listed here, and not by the other list', () => {
    const { bench, folder, gate } = prepare();
    const there = new Bench(built.path);
    const theirKey = makeKey(join(there.home, 'key'));
    there.configure({ signingKey: join(there.home, 'key') });
    writeFileSync(join(there.home, 'config', 'sao', 'allowed_signers'), `eve ${theirKey}\n`);
    bench.configure({ approvals: 'signed' });
    bench.call('approvals', 'list', RUN, '--write', 'records');
    const file = join(bench.project, 'records', 'architect.json');
    expect(there.call('approvals', 'sign', file, '--yes')).toMatchObject({ code: 0 });
    expect(there.call('approvals', 'verify', file).stdout).toContain('signed by eve');
    const carry = () => bench.call('gate', 'approve', 'architect', RUN, '--signature', file);
    expect(carry()).toMatchObject({ code: 2 });
    expect(gate()).toBeUndefined();
    writeFileSync(join(folder, 'allowed_signers'), `bob namespaces="git" ${theirKey}\n`);
    expect(carry()).toMatchObject({ code: 2 });
    writeFileSync(join(folder, 'allowed_signers'), `bob namespaces="sao" ${theirKey}\n`);
    expect(carry()).toMatchObject({ code: 0 });
    expect(gate()).toMatchObject({ signer: 'bob' });
  });
});

describe('a key with touch', () => {
  it.skip('NOT RUN: `sao approvals sign` with a key that a security key holds needs the hardware', () => {});

  // The key is in software and signs as the hardware does; ssh-keygen is the real one.
  it('is listed by setup from its public half, and its signature opens a gate', () => {
    const { bench, read, gate } = prepare();
    const key = new TouchKey();
    writeFileSync(join(bench.home, 'touch.pub'), `${key.publicKey} ada@desk\n`);
    const made = bench.person('approvals', 'setup', '--key', join(bench.home, 'touch.pub'), '--require');
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).not.toContain('WARNING');
    expect(read('allowed_signers')).toBe(`${user} namespaces="sao" ${key.publicKey}\n`);
    bench.call('approvals', 'list', RUN, '--write', 'records');
    const file = join(bench.project, 'records', 'architect.json');
    const { approval } = JSON.parse(readFileSync(file, 'utf8'));
    const carry = (signature: string) => {
      writeFileSync(file, JSON.stringify({ approval, signature }));
      return bench.call('gate', 'approve', 'architect', RUN, '--signature', file).code;
    };
    expect(carry(key.sign(signedText(approval), { namespace: 'git' }))).toBe(2);
    expect(carry(new TouchKey().sign(signedText(approval)))).toBe(2);
    expect(carry(key.sign(`${signedText(approval)}x`))).toBe(2);
    // A program can have a security key sign without a touch, and ssh-keygen verifies that too.
    expect(carry(key.sign(signedText(approval), { isTouched: false }))).toBe(2);
    expect(gate()).toBeUndefined();
    expect(carry(key.sign(signedText(approval)))).toBe(0);
    expect(gate()).toMatchObject({ signer: user });
  });

  it('does not disturb the other keys of the list', () => {
    const { bench, folder, gate } = prepare();
    const mine = makeKey(join(bench.home, 'mine'));
    bench.configure({ signingKey: join(bench.home, 'mine'), approvals: 'signed' });
    writeFileSync(
      join(folder, 'allowed_signers'),
      `# a touch key\neve ${new TouchKey().publicKey}\nada ${mine}\n`,
    );
    expect(bench.person('gate', 'approve', 'architect', RUN, '--yes')).toMatchObject({ code: 0 });
    expect(gate()).toMatchObject({ signer: 'ada' });
  });
});

describe('files of the administrator', () => {
  it.skipIf(isRoot)('NOT RUN: the tests of root-owned lists and demands need root', () => {
    expect(isRoot).toBe(false);
  });

  /** A build whose administrator has files; `own` is the user's key and `theirs` that of the administrator's list. */
  function administered() {
    const prepared = prepare();
    const { bench, folder } = prepared;
    const keys = { own: makeKey(join(bench.home, 'own')), theirs: makeKey(join(bench.home, 'theirs')) };
    bench.configure({ signingKey: join(bench.home, 'own'), approvals: 'terminal' });
    writeFileSync(join(folder, 'allowed_signers'), `ada ${keys.own}\n`);
    const system = `${folder}-system`;
    mkdirSync(system, { mode: 0o755 });
    const write = (name: string, text: string, mode = 0o644) => {
      writeFileSync(join(system, name), text);
      chmodSync(join(system, name), mode);
    };
    const approve = (...args: string[]) =>
      bench.person('gate', 'approve', 'architect', RUN, '--yes', ...args);
    return { ...prepared, keys, system, write, approve };
  }

  it.runIf(isRoot)('replace the list of the user (as root)', () => {
    const { bench, keys, write, approve, gate, folder } = administered();
    write('allowed_signers', `root-list ${keys.theirs}\n`);
    expect(bench.call('approvals', 'list', RUN).stdout).toContain(`${folder}-system/allowed_signers`);
    expect(approve('--sign')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('not among the allowed'),
    });
    expect(gate()).toBeUndefined();
    bench.configure({ signingKey: join(bench.home, 'theirs') });
    expect(approve('--sign')).toMatchObject({ code: 0 });
    expect(gate()).toMatchObject({ signer: 'root-list' });
    const made = bench.person('approvals', 'setup', '--key', join(bench.home, 'own'));
    expect(made.stdout).toContain(`only ${folder}-system/allowed_signers counts`);
  });

  it.runIf(isRoot)('demand what the user cannot lower, also if they cannot be read as JSON (as root)', () => {
    for (const text of ['{"approvals": "signed"}', '{', '{"approvals": "sometimes"}']) {
      const { write, approve, gate, bench } = administered();
      expect(approve()).toMatchObject({ code: 0 });
      expect(gate()).toMatchObject({ approval: { level: 'terminal' } });
      write('config.json', text);
      expect(gate()).toBeUndefined();
      expect(bench.call('approvals', 'list', RUN).stdout).toContain('demanded: signed');
    }
  });

  it.runIf(isRoot)('do not count if others could have written them (as root)', () => {
    const { keys, write, system, approve, gate } = administered();
    write('allowed_signers', `root-list ${keys.theirs}\n`);
    write('config.json', '{"approvals": "signed"}');
    const spoil: [string, () => void, () => void][] = [
      ['a list that others write', () => write('allowed_signers', `x ${keys.own}\n`, 0o666), () => {}],
      [
        'a list of another owner',
        () => chownSync(join(system, 'allowed_signers'), 65534, 0),
        () => chownSync(join(system, 'allowed_signers'), 0, 0),
      ],
      ['a folder that a group writes', () => chmodSync(system, 0o775), () => chmodSync(system, 0o755)],
      ['a folder of another owner', () => chownSync(system, 65534, 0), () => chownSync(system, 0, 0)],
    ];
    for (const [what, change, undo] of spoil) {
      change();
      expect([what, approve('--sign').code]).toEqual([what, 0]);
      expect([what, gate()?.signer]).toEqual([what, 'ada']);
      undo();
      write('allowed_signers', `root-list ${keys.theirs}\n`);
      expect([what, gate()]).toEqual([what, undefined]);
    }
  });
});
