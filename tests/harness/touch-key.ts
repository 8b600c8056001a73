import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const TYPE = 'sk-ssh-ed25519@openssh.com';
const APPLICATION = 'ssh:';
const TOUCHED = 1;

/** A text or bytes with their length before them, as SSH writes them. */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const sha = (algorithm: string, data: Buffer) => createHash(algorithm).update(data).digest();

/** A key of a security key (`sk-ssh-ed25519`) in software: it signs as the hardware does, with or without a touch. */
export class TouchKey {
  private readonly pair = generateKeyPairSync('ed25519');

  private get blob(): Buffer {
    const { x = '' } = this.pair.publicKey.export({ format: 'jwk' });
    return Buffer.concat([field(TYPE), field(Buffer.from(x, 'base64url')), field(APPLICATION)]);
  }

  /** The line of the `.pub` file, without a comment. */
  get publicKey(): string {
    return `${TYPE} ${this.blob.toString('base64')}`;
  }

  /** An armored signature, in the form of `ssh-keygen -Y sign`. */
  sign(text: string, { namespace = 'sao', isTouched = true } = {}): string {
    const hash = field(sha('sha512', Buffer.from(text)));
    const message = Buffer.concat([
      Buffer.from('SSHSIG'),
      field(namespace),
      field(''),
      field('sha512'),
      hash,
    ]);
    const state = Buffer.from([isTouched ? TOUCHED : 0, 0, 0, 0, 7]);
    const signed = Buffer.concat([sha('sha256', Buffer.from(APPLICATION)), state, sha('sha256', message)]);
    const signature = Buffer.concat([field(TYPE), field(sign(null, signed, this.pair.privateKey)), state]);
    const version = Buffer.from([0, 0, 0, 1]);
    const parts = [field(this.blob), field(namespace), field(''), field('sha512'), field(signature)];
    const body = Buffer.concat([Buffer.from('SSHSIG'), version, ...parts]).toString('base64');
    const lines = body.match(/.{1,70}/g) ?? [];
    return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
  }
}
