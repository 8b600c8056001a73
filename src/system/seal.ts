import { createHmac, timingSafeEqual } from 'node:crypto';

/** The seal of a text: HMAC-SHA256 in 64 hex characters. Only a holder of the key can make it. */
export function sealOf(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether a value is the seal of this text under this key. */
export function isSealOf(seal: unknown, key: string, text: string): boolean {
  const expected = Buffer.from(sealOf(key, text));
  const given = Buffer.from(typeof seal === 'string' ? seal : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
