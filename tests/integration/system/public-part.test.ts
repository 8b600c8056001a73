import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPublicPart } from '../../../src/system/approval/public-part.ts';
import { makeScratch } from '../../harness/scratch.ts';

function makeKey(...options: string[]) {
  const path = join(makeScratch(), 'key');
  execFileSync('ssh-keygen', ['-q', '-C', 'x', '-f', path, ...options]);
  const publicKey = readFileSync(`${path}.pub`, 'utf8').split(' ')[1];
  return { text: readFileSync(path, 'utf8'), publicKey };
}

describe('readPublicPart', () => {
  it.each([
    ['ed25519', ['-t', 'ed25519', '-N', '']],
    ['ed25519 with a passphrase', ['-t', 'ed25519', '-N', 'a passphrase', '-a', '1']],
    ['ecdsa', ['-t', 'ecdsa', '-N', '']],
    ['rsa', ['-t', 'rsa', '-b', '2048', '-N', '']],
  ])('gives the public key of a private one: %s', (_, options) => {
    const { text, publicKey } = makeKey(...options);
    expect(readPublicPart(text)).toBe(publicKey);
    expect(readPublicPart(`A note above it.\r\n${text.replaceAll('\n', '\r\n')}`)).toBe(publicKey);
  });

  it('gives nothing of another text, and of a key whose public part is cut', () => {
    const { text } = makeKey('-t', 'ed25519', '-N', '');
    const [begin = '', first = ''] = text.split('\n');
    for (const other of ['', begin, `${begin}\n${first.slice(0, 60)}`, text.replace('OPENSSH', 'RSA')])
      expect(readPublicPart(other)).toBeUndefined();
    expect(
      readPublicPart(`${begin}\n${Buffer.from('openssh-key-v1\0\xff\xff\xff\xff').toString('base64')}`),
    ).toBe(undefined);
  });
});
