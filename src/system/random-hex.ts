/**
 * Returns `length` random hex characters for unique names. Not for secrets: the characters can be guessed. `Math.random` is used
 * because loading crypto would add milliseconds to every hook, and Node seeds it from the system in each process.
 */
export function randomHex(length: number): string {
  let text = '';
  while (text.length < length)
    text += Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}
