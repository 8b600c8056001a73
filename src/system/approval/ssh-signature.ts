import { createHash } from 'node:crypto';
import { SshFields, writeSshField } from './ssh-fields.ts';
import { openSshKey } from './ssh-key.ts';

const MAGIC = 'SSHSIG';
const VERSION = 1;
const HASHES: readonly string[] = ['sha256', 'sha512'];
const ARMOR =
  /^\s*-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n?-----END SSH SIGNATURE-----\s*$/;

/**
 * Returns the public key, in SSH's binary form, whose signature over the text this is; undefined if it is not valid, was made for another purpose, or a
 * security key has made it without a touch. In this process: no program and no file has a part in the answer. `signature`: armored, as
 * `ssh-keygen -Y sign` writes it.
 */
export function findSigningKey(text: string, signature: string, namespace: string): Buffer | undefined {
  try {
    return readSigningKey(text, signature, namespace);
  } catch {
    // Not of the form of SSH, or a key that OpenSSL refuses.
    return undefined;
  }
}

function readSigningKey(text: string, signature: string, namespace: string): Buffer | undefined {
  const body = ARMOR.exec(signature)?.[1];
  if (body === undefined) return undefined;
  const fields = new SshFields(Buffer.from(body.replace(/[\r\n]/g, ''), 'base64'));
  const isOurs = fields.take(MAGIC.length).toString('latin1') === MAGIC && fields.number() === VERSION;
  const key = fields.bytes();
  const purpose = fields.text();
  const reserved = fields.bytes();
  const hash = fields.text();
  const inner = fields.bytes();
  fields.end();
  if (!isOurs || purpose !== namespace || !HASHES.includes(hash)) return undefined;
  const digest = createHash(hash).update(text).digest();
  const parts = [namespace, reserved, hash, digest].map(writeSshField);
  const message = Buffer.concat([Buffer.from(MAGIC), ...parts]);
  return openSshKey(key)?.(message, inner) === true ? key : undefined;
}
