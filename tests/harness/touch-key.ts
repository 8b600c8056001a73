import { createHash, generateKeyPairSync, sign } from 'node:crypto';

const TYPES = {
  ed25519: 'sk-ssh-ed25519@openssh.com',
  ecdsa: 'sk-ecdsa-sha2-nistp256@openssh.com',
} as const;
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

/** A number as SSH writes it: without zeros before it, but with one if its first bit is set. */
function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const short = bytes.subarray(start);
  return field((short[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), short]) : short);
}

/** A key of a security key in software: it signs as the hardware does, with or without a touch. */
export class TouchKey {
  private readonly type: (typeof TYPES)[keyof typeof TYPES];
  private readonly pair;
  private readonly kind: keyof typeof TYPES;

  constructor(kind: keyof typeof TYPES = 'ed25519') {
    this.kind = kind;
    this.type = TYPES[kind];
    this.pair =
      kind === 'ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  }

  private get blob(): Buffer {
    const { x = '', y = '' } = this.pair.publicKey.export({ format: 'jwk' });
    const [first, second] = [x, y].map((text) => Buffer.from(text, 'base64url'));
    const point = Buffer.concat([Buffer.from([4]), first ?? Buffer.alloc(0), second ?? Buffer.alloc(0)]);
    const own = this.kind === 'ed25519' ? [field(first ?? '')] : [field('nistp256'), field(point)];
    return Buffer.concat([field(this.type), ...own, field(APPLICATION)]);
  }

  private signRaw(data: Buffer): Buffer {
    const key = this.pair.privateKey;
    if (this.kind === 'ed25519') return sign(null, data, key);
    const both = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
    return Buffer.concat([integer(both.subarray(0, 32)), integer(both.subarray(32))]);
  }

  /** The line of the `.pub` file, without a comment. */
  get publicKey(): string {
    return `${this.type} ${this.blob.toString('base64')}`;
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
    const signature = Buffer.concat([field(this.type), field(this.signRaw(signed)), state]);
    const version = Buffer.from([0, 0, 0, 1]);
    const parts = [field(this.blob), field(namespace), field(''), field('sha512'), field(signature)];
    const body = Buffer.concat([Buffer.from('SSHSIG'), version, ...parts]).toString('base64');
    const lines = body.match(/.{1,70}/g) ?? [];
    return `-----BEGIN SSH SIGNATURE-----\n${lines.join('\n')}\n-----END SSH SIGNATURE-----\n`;
  }
}
