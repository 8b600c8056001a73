/**
 * Random hex characters, at most 32. From the global crypto object, which Node loads when it is first used: importing
 * node:crypto costs every hook call some milliseconds.
 */
export function randomHex(length: number): string {
  return globalThis.crypto.randomUUID().replaceAll('-', '').slice(0, length);
}
