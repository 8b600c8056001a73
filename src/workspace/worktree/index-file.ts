import { createHash } from 'node:crypto';

const HEADER_BYTES = 12;
const CHECKSUMS: readonly (readonly [algorithm: string, bytes: number])[] = [
  ['sha1', 20],
  ['sha256', 32],
];

/** Whether the content of git's index file is whole: its signature, its version and the checksum at its end. Pure. */
export function isWholeIndex(content: Buffer): boolean {
  if (content.length < HEADER_BYTES + 20 || content.toString('latin1', 0, 4) !== 'DIRC') return false;
  const version = content.readUInt32BE(4);
  if (version < 2 || version > 4) return false;
  return CHECKSUMS.some(([algorithm, bytes]) => {
    const end = content.subarray(content.length - bytes);
    // With `index.skipHash` git writes zeros instead of a checksum.
    if (end.every((byte) => byte === 0)) return true;
    const own = createHash(algorithm)
      .update(content.subarray(0, content.length - bytes))
      .digest();
    return own.equals(end);
  });
}
