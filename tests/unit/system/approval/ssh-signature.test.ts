import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPrincipal } from '../../../../src/system/approval/allowed-signers.ts';
import { findSignerIn } from '../../../../src/system/approval/signature.io.ts';
import { findSigningKey } from '../../../../src/system/approval/ssh-signature.ts';
import { TouchKey } from '../../../harness/touch-key.ts';

/** Made by OpenSSH's ssh-keygen: keys, and signatures over the text for the purpose `sao`, of which `git` was made for git. */
const { text, keys, signatures } = JSON.parse(readFileSync('tests/fixtures/ssh-signatures.json', 'utf8')) as {
  text: string;
  keys: Record<string, string>;
  signatures: Record<string, string>;
};
const blobOf = (line: string) => Buffer.from(line.split(' ')[1] ?? '', 'base64');
const signatureOf = (name: string) => signatures[name] ?? '';
const listOf = (key: string, options = 'namespaces="sao"') => `ada ${options} ${key}\n`;

describe('a signature of ssh-keygen', () => {
  it.each([
    ['ed25519', 'ed25519'],
    ['ed25519-sha256', 'ed25519'],
    ['ecdsa256', 'ecdsa256'],
    ['ecdsa384', 'ecdsa384'],
    ['ecdsa521', 'ecdsa521'],
    ['rsa', 'rsa'],
  ])('%s is verified, and belongs to its own key alone', (name, owner) => {
    expect(findSigningKey(text, signatureOf(name), 'sao')).toEqual(blobOf(keys[owner] ?? ''));
    for (const [key, line] of Object.entries(keys))
      expect([key, findSignerIn(listOf(line), text, signatureOf(name))]).toEqual([
        key,
        key === owner ? 'ada' : undefined,
      ]);
  });

  it.each(['git', 'cert', 'rsa1024'])('%s does not count', (name) => {
    expect(signatureOf(name)).toContain('BEGIN SSH SIGNATURE');
    expect(findSigningKey(text, signatureOf(name), 'sao')).toBeUndefined();
  });

  it.each(['ed25519', 'ecdsa256', 'rsa'])('%s does not count for another text or purpose', (name) => {
    expect(findSigningKey(`${text} `, signatureOf(name), 'sao')).toBeUndefined();
    expect(findSigningKey(text, signatureOf(name), 'git')).toBeUndefined();
  });

  it.each(['ed25519', 'ecdsa521', 'rsa'])('%s does not count with any byte of it changed', (name) => {
    const body = Buffer.from(signatureOf(name).replace(/-----.*-----/g, ''), 'base64');
    const armor = (bytes: Buffer) =>
      `-----BEGIN SSH SIGNATURE-----\n${bytes.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
    expect(findSigningKey(text, armor(body), 'sao')).toBeDefined();
    const own = findSigningKey(text, armor(body), 'sao');
    for (let at = 0; at < body.length; at += 1) {
      const changed = Buffer.from(body);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect([at, findSigningKey(text, armor(changed), 'sao')]).toEqual([at, undefined]);
      expect(findSigningKey(text, armor(body.subarray(0, at)), 'sao')).toBeUndefined();
    }
    expect(findSigningKey(text, armor(Buffer.concat([body, Buffer.alloc(1)])), 'sao')).toBeUndefined();
    expect(own).toEqual(blobOf(keys[name] ?? ''));
  });

  it.each(['', 'x', '-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n'])(
    '%j is none',
    (each) => {
      expect(findSigningKey(text, each, 'sao')).toBeUndefined();
    },
  );

  it.each(['ed25519', 'ecdsa'] as const)('of a security key (%s) needs a touch', (kind) => {
    for (let n = 0; n < 20; n += 1) {
      const key = new TouchKey(kind);
      const list = listOf(key.publicKey);
      expect(findSignerIn(list, text, key.sign(text))).toBe('ada');
      expect(findSignerIn(list, text, key.sign(text, { isTouched: false }))).toBeUndefined();
      expect(findSignerIn(list, `${text} `, key.sign(text))).toBeUndefined();
    }
  });
});

describe('a list of allowed signers', () => {
  const key = keys.ed25519 ?? '';
  const ask = (list: string, now = Date.UTC(2026, 5, 15)) =>
    findPrincipal(list, { key: blobOf(key), namespace: 'sao', now });

  it.each<[string, string | undefined]>([
    [`ada ${key}`, 'ada'],
    [`ada ${key} a comment`, 'ada'],
    [`  ada\t${key}`, 'ada'],
    [`# ada ${key}`, undefined],
    [`ada,bob namespaces="sao" ${key}`, 'ada'],
    [`!eve,*@example.com ${key}`, '*@example.com'],
    [`"ada lovelace" ${key}`, 'ada lovelace'],
    [`ada namespaces="git,sao" ${key}`, 'ada'],
    [`ada namespaces="s*" ${key}`, 'ada'],
    [`ada namespaces="*,!sao" ${key}`, undefined],
    [`ada namespaces="git" ${key}`, undefined],
    [`ada namespaces="sao-receipt" ${key}`, undefined],
    [`ada namespaces="s.o" ${key}`, undefined],
    [`ada namespaces="git" ${key}\nbob ${key}`, 'bob'],
    [`ada valid-after="20260101" ${key}`, 'ada'],
    [`ada valid-after="20270101Z" ${key}`, undefined],
    [`ada valid-before="20260101Z",namespaces="sao" ${key}`, undefined],
    [`ada valid-before="202612312359Z" ${key}`, 'ada'],
    [`ada valid-before="soon" ${key}`, undefined],
    [`ada cert-authority ${key}`, undefined],
    [`ada unknown="x" ${key}`, undefined],
    [`ada namespaces="sao ${key}`, undefined],
    [`ada ssh-rsa ${key.split(' ')[1]}`, undefined],
    [key, undefined],
    ['', undefined],
  ])('%s: %s', (list, expected) => {
    expect(ask(list)).toBe(expected);
    expect(ask(`${list}\r\n# end\n`)).toBe(expected);
  });
});
