import { describe, expect, it } from 'vitest';
import { isTouchedIfNeeded } from '../../../../src/system/approval/touch.ts';
import { TouchKey } from '../../../harness/touch-key.ts';

/** An armored signature with these fields of the inner signature. */
function signatureOf(type: string, rest: Buffer): string {
  const field = (value: string | Buffer) => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const inner = Buffer.concat([field(type), field('signature'), rest]);
  const parts = ['key', 'sao', '', 'sha512'].map(field);
  const body = Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), ...parts, field(inner)]);
  return `-----BEGIN SSH SIGNATURE-----\n${body.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
}

describe('a signature of a security key', () => {
  it('needs a touch', () => {
    const key = new TouchKey();
    expect(isTouchedIfNeeded(key.sign('text'))).toBe(true);
    expect(isTouchedIfNeeded(key.sign('text', { isTouched: false }))).toBe(false);
  });

  it.each([
    ['ssh-ed25519', [], true],
    ['rsa-sha2-512', [], true],
    ['sk-ecdsa-sha2-nistp256@openssh.com', [1, 0, 0, 0, 1], true],
    ['sk-ecdsa-sha2-nistp256@openssh.com', [5, 0, 0, 0, 1], true],
    ['sk-ecdsa-sha2-nistp256@openssh.com', [4, 0, 0, 0, 1], false],
    ['webauthn-sk-ecdsa-sha2-nistp256@openssh.com', [0, 0, 0, 0, 1], false],
    ['sk-ssh-ed25519@openssh.com', [], false],
  ])('%s with %j: %j', (type, rest, expected) => {
    expect(isTouchedIfNeeded(signatureOf(type, Buffer.from(rest)))).toBe(expected);
  });
});
