import { accept, type Result, reject } from '../../system/result.ts';

/** Maximum size of a plan in bytes: one of 10,000 agents has 10 MB. */
export const MAX_PLAN_BYTES = 64 * 1024 * 1024;

type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'UTF-32LE' | 'UTF-32BE';

/**
 * Decodes the bytes of a plan: UTF-8, UTF-16 or UTF-32, with or without a byte-order mark. The first character of a plan is ASCII, so the zeros beside
 * it tell the encoding. Bytes that are no text in it are refused with their place: replaced, they would change what agents are told. Pure.
 * `source`: the path of the file, or `standard input`.
 */
export function decodePlan(bytes: Uint8Array, source: string): Result<string> {
  const encoding = encodingOf(bytes);
  const text = decode(bytes, encoding, false);
  if (text !== undefined) return accept(text.replace(/^\uFEFF/, ''));
  const place = describePlace(bytes, encoding);
  const message = `the plan in ${source} is not text in ${encoding.replace(/[LB]E$/, '')}: ${place}`;
  return reject({ code: 'plan-not-text', message, target: source, fix: 'save it as UTF-8' });
}

function encodingOf(bytes: Uint8Array): Encoding {
  const [a = 1, b = 1, c = 1, d = 1] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32LE' : 'UTF-16LE';
  if (a === 0xfe && b === 0xff) return 'UTF-16BE';
  if (a === 0 && b === 0) return 'UTF-32BE';
  if (a === 0) return 'UTF-16BE';
  if (b !== 0) return 'UTF-8';
  return c === 0 && d === 0 ? 'UTF-32LE' : 'UTF-16LE';
}

/** The text; with `isLenient`, each wrong sequence is U+FFFD, otherwise the text is undefined if there is one. */
function decode(bytes: Uint8Array, encoding: Encoding, isLenient: boolean): string | undefined {
  if (encoding === 'UTF-32LE' || encoding === 'UTF-32BE')
    return decodeWide(bytes, encoding === 'UTF-32LE', isLenient);
  try {
    return new TextDecoder(encoding, { fatal: !isLenient, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeWide(bytes: Uint8Array, isLittle: boolean, isLenient: boolean): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const code = at + 4 > bytes.length ? -1 : view.getUint32(at, isLittle);
    const isValid = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    if (!isValid && !isLenient) return undefined;
    parts.push(isValid ? String.fromCodePoint(code) : '\uFFFD');
  }
  return parts.join('');
}

/** `byte 17 (line 2) is 0xE9`, of the first wrong sequence; the offset counts from 0. */
function describePlace(bytes: Uint8Array, encoding: Encoding): string {
  const offset = findWrongByte(bytes, encoding);
  const before = decode(bytes.subarray(0, offset), encoding, true) ?? '';
  const value = (bytes[offset] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return `byte ${offset} (line ${before.split('\n').length}) is 0x${value}`;
}

// The longest beginning that is text so far, by halving; the wrong sequence starts where its last whole character ends.
function findWrongByte(bytes: Uint8Array, encoding: Encoding): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isTextSoFar(bytes.subarray(0, middle), encoding)) good = middle;
    else bad = middle;
  }
  if (encoding.startsWith('UTF-32')) return good & ~3;
  const whole = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(0, good), {
    stream: true,
  });
  return encoding === 'UTF-8' ? Buffer.byteLength(whole) : 2 * whole.length;
}

function isTextSoFar(bytes: Uint8Array, encoding: Encoding): boolean {
  if (encoding.startsWith('UTF-32'))
    return decode(bytes.subarray(0, bytes.length & ~3), encoding, false) !== undefined;
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
