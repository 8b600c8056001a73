import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { SshFields } from './ssh-fields.ts';

/** Verifies an inner signature over a message. Throws a RangeError if the signature is not of SSH's form. */
export type SshVerifier = (message: Buffer, signature: Buffer) => boolean;

const CURVES: Readonly<Record<string, { crv: string; hash: string; bytes: number }>> = {
  nistp256: { crv: 'P-256', hash: 'sha256', bytes: 32 },
  nistp384: { crv: 'P-384', hash: 'sha384', bytes: 48 },
  nistp521: { crv: 'P-521', hash: 'sha512', bytes: 66 },
};
const RSA_HASHES: Readonly<Record<string, string>> = { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512' };
const MIN_RSA_BITS = 2048;
const UNCOMPRESSED = 4;
const TOUCHED = 1;

/**
 * Opens a public key in SSH's binary form: Ed25519, ECDSA, RSA, and both kinds of security keys, whose signatures need a touch. Undefined for any other
 * key, certificates among them. Throws if the data are not a key.
 */
export function openSshKey(blob: Buffer): SshVerifier | undefined {
  const fields = new SshFields(blob);
  const type = fields.text();
  const open = OPENERS[type] ?? (type.startsWith('ecdsa-sha2-') ? openEcdsa : undefined);
  const verifier = open?.(type, fields);
  if (verifier) fields.end();
  return verifier;
}

type Opener = (type: string, fields: SshFields) => SshVerifier | undefined;

const OPENERS: Readonly<Record<string, Opener | undefined>> = {
  'ssh-ed25519': (type, fields) => {
    const key = ed25519(fields.bytes());
    return (message, signature) => {
      const inner = openSignature(signature, type);
      const value = inner.bytes();
      inner.end();
      return verify(null, message, key, value);
    };
  },
  'ssh-rsa': (_, fields) => {
    const [e, n] = [fields.integer(), fields.integer()];
    const key = importKey({ kty: 'RSA', e: toBase64Url(e), n: toBase64Url(n) });
    if (n.length * 8 < MIN_RSA_BITS) return undefined;
    return (message, signature) => {
      const inner = new SshFields(signature);
      const hash = RSA_HASHES[inner.text()];
      const value = inner.bytes();
      inner.end();
      if (hash === undefined || value.length > n.length) return false;
      return verify(hash, message, key, pad(value, n.length));
    };
  },
  'sk-ssh-ed25519@openssh.com': (type, fields) => {
    const key = ed25519(fields.bytes());
    return verifyTouched(type, fields.bytes(), (inner) => {
      const value = inner.bytes();
      return (message) => verify(null, message, key, value);
    });
  },
  'sk-ecdsa-sha2-nistp256@openssh.com': (type, fields) => {
    const { key, bytes } = ecdsa(fields);
    return verifyTouched(type, fields.bytes(), (inner) => {
      const value = joinIntegers(inner.bytes(), bytes);
      return (message) => verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, value);
    });
  },
};

function openEcdsa(type: string, fields: SshFields): SshVerifier {
  const { key, hash, bytes, name } = ecdsa(fields);
  if (type !== `ecdsa-sha2-${name}`) throw new RangeError('a key of SSH has two curves');
  return (message, signature) => {
    const inner = openSignature(signature, type);
    const value = joinIntegers(inner.bytes(), bytes);
    inner.end();
    return verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, value);
  };
}

/** A security key signs the hash of its application, its flags, its counter and the hash of the message. */
function verifyTouched(
  type: string,
  application: Buffer,
  read: (inner: SshFields) => (message: Buffer) => boolean,
): SshVerifier {
  return (message, signature) => {
    const inner = openSignature(signature, type);
    const isValid = read(inner);
    const flags = inner.take(1);
    const counter = inner.take(4);
    inner.end();
    if (((flags[0] ?? 0) & TOUCHED) !== TOUCHED) return false;
    return isValid(Buffer.concat([sha256(application), flags, counter, sha256(message)]));
  };
}

function openSignature(signature: Buffer, type: string): SshFields {
  const fields = new SshFields(signature);
  if (fields.text() !== type) throw new RangeError('a signature of SSH is of another kind than its key');
  return fields;
}

function ed25519(x: Buffer): KeyObject {
  return importKey({ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(x) });
}

function ecdsa(fields: SshFields) {
  const name = fields.text();
  const curve = CURVES[name];
  const point = fields.bytes();
  if (curve === undefined || point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * curve.bytes)
    throw new RangeError('a key of SSH has no point of a known curve');
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
  const key = importKey({ kty: 'EC', crv: curve.crv, x: toBase64Url(x), y: toBase64Url(y) });
  return { key, name, ...curve };
}

/** Both numbers of an ECDSA signature, each with as many bytes as the curve has. */
function joinIntegers(value: Buffer, bytes: number): Buffer {
  const fields = new SshFields(value);
  const both = [fields.integer(), fields.integer()];
  fields.end();
  if (both.some(({ length }) => length > bytes)) throw new RangeError('a number of a signature is too large');
  return Buffer.concat(both.map((each) => pad(each, bytes)));
}

const pad = (value: Buffer, bytes: number) => Buffer.concat([Buffer.alloc(bytes - value.length), value]);
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();
const toBase64Url = (data: Buffer) => data.toString('base64url');
const importKey = (key: JsonWebKey) => createPublicKey({ key, format: 'jwk' });
