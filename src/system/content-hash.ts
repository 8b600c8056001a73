import { createHash } from 'node:crypto';

/**
 * The SHA-256 of a text or of bytes, 64 hex characters. An approval is bound to all of them: the author of the content may be the attacker, and two texts
 * with the same 16 characters are found in minutes.
 */
export function hashContent(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A hash as it is shown; nothing is compared by it. */
export const shortHash = (hash: string): string => hash.slice(0, 16);
