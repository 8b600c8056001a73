const TOUCHED = 1;

/**
 * Whether an armored SSH signature was made with a touch, if its key is that of a security key; true for all other keys. ssh-keygen verifies the
 * signature, but accepts one that a program had the security key make without a touch.
 */
export function isTouchedIfNeeded(signature: string): boolean {
  const body =
    /-----BEGIN SSH SIGNATURE-----([\s\S]*?)-----END SSH SIGNATURE-----/.exec(signature)?.[1] ?? '';
  const fields = new FieldReader(Buffer.from(body.replace(/\s/g, ''), 'base64'));
  // The magic text and the version.
  fields.skip(10);
  // Public key, namespace, reserved text and name of the hash.
  for (let n = 0; n < 4; n += 1) fields.next();
  const inner = new FieldReader(fields.next());
  const type = inner.next().toString('latin1');
  if (!/(?:^|-)sk-/.test(type)) return true;
  inner.next();
  return (inner.byte() & TOUCHED) === TOUCHED;
}

/** Reads the fields of SSH's binary form; what is behind the end is empty. */
class FieldReader {
  private readonly data: Buffer;
  private at = 0;

  constructor(data: Buffer) {
    this.data = data;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  next(): Buffer {
    if (this.at + 4 > this.data.length) return Buffer.alloc(0);
    const length = this.data.readUInt32BE(this.at);
    const start = this.at + 4;
    this.at = start + length;
    return this.data.subarray(start, this.at);
  }

  byte(): number {
    return this.data[this.at] ?? 0;
  }
}
