/**
 * File names are bytes. A name that is valid UTF-8 is its text. In any other name, each byte that is not part of a character becomes a lone
 * surrogate (byte 0xNN is U+DCNN), so that the text gives the bytes back and differs from every valid name.
 */
export function readPathBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at);
    parts.push(character ?? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
    at += character === undefined ? 1 : Buffer.byteLength(character);
  }
  return parts.join('');
}

/** The character that starts at this byte; undefined if none does. */
function characterAt(bytes: Buffer, at: number): string | undefined {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    const slice = bytes.subarray(at, at + length);
    const text = slice.toString('utf8');
    if (Buffer.from(text).equals(slice)) return text;
  }
  return undefined;
}

const ESCAPED_BYTE = /[\udc80-\udcff]/u;

/** Whether a path from `readPathBytes` is not valid UTF-8. */
export function hasEscapedBytes(path: string): boolean {
  return ESCAPED_BYTE.test(path);
}

/** The bytes of a path from `readPathBytes`. */
export function pathBytes(path: string): Buffer {
  if (!hasEscapedBytes(path)) return Buffer.from(path);
  const parts = Array.from(path, (character) =>
    hasEscapedBytes(character) ? Buffer.from([character.charCodeAt(0) - 0xdc00]) : Buffer.from(character),
  );
  return Buffer.concat(parts);
}

/** The path in the form that Node's file functions need. */
export function pathForSystem(path: string): string | Buffer {
  return hasEscapedBytes(path) ? pathBytes(path) : path;
}
