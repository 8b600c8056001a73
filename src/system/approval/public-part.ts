const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)/;
const MAGIC = Buffer.from('openssh-key-v1\0');
/** Cipher, name of the key derivation, and its options: they come before the number of keys. */
const STRINGS_BEFORE_KEYS = 3;

/**
 * The public key in the text of an OpenSSH private key file, as `allowed_signers` has it (base64); undefined if the text is none. The public part is
 * not encrypted and comes first, so the start of a file is enough.
 */
export function readPublicPart(text: string): string | undefined {
  const body = OPENSSH.exec(text)?.[1];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  let at: number | undefined = MAGIC.length;
  for (let count = 0; count < STRINGS_BEFORE_KEYS && at !== undefined; count++) at = endOfString(bytes, at);
  if (at === undefined) return undefined;
  const start = at + 4;
  const end = endOfString(bytes, start);
  return end === undefined ? undefined : bytes.subarray(start + 4, end).toString('base64');
}

/** A string is its length in four bytes and that many bytes; undefined if it does not end in them. */
function endOfString(bytes: Buffer, at: number): number | undefined {
  if (at + 4 > bytes.length) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : end;
}
