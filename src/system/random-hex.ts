/**
 * Random hex characters for names that must not clash; no secret, and nothing that somebody may not guess. Node seeds this generator in
 * every process from the system's own, while crypto takes every start of a hook some milliseconds to load.
 */
export function randomHex(length: number): string {
  let text = '';
  while (text.length < length)
    text += Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}
