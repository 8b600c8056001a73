import { CONTEXT_SHAPES } from './secret-contexts.ts';
import { findPrivateKeys } from './secret-key-block.ts';
import type { AuditReport, SecretShape, SecretSpan } from './secret-shape-types.ts';
import { TOKEN_SHAPES } from './secret-tokens.ts';
import { USAGE_SHAPES } from './secret-usages.ts';
import { BARE_CHARACTER } from './secret-words.ts';

const BARE_REST = new RegExp(`${BARE_CHARACTER}*`, 'y');

/** Every shape with a pattern, in the order in which redaction applies them; the first match names the secret. */
export const SECRET_SHAPES: readonly SecretShape[] = [...TOKEN_SHAPES, ...CONTEXT_SHAPES, ...USAGE_SHAPES];

/** A block from BEGIN to END has no single pattern; `findPrivateKeys` finds it. */
export const PRIVATE_KEY: { kind: string; audit: AuditReport } = {
  kind: 'private-key',
  audit: { rule: 'privatekey', title: 'private key', severity: 'critical', certainty: 'key' },
};

/** Returns the shapes whose secrets a text may hold. */
export function candidateShapes(
  text: string,
  shapes: readonly SecretShape[] = SECRET_SHAPES,
): SecretShapeOrKey[] {
  const lower = text.toLowerCase();
  const [exact, folded] = [openHints(text), openHints(lower)];
  const candidates: SecretShapeOrKey[] = shapes.filter(
    ({ hints, pattern }) => hints === undefined || hints.some(pattern.ignoreCase ? folded : exact),
  );
  return text.includes('-----BEGIN ') ? [PRIVATE_KEY, ...candidates] : candidates;
}

/** A smaller text is searched as fast as it is indexed. */
const MIN_INDEXED = 512;
const HASHES = 0xffff;

// Many shapes share their hints and most texts have few of them, so each hint is searched for once, and only if its characters are there.
function openHints(text: string): (hint: string) => boolean {
  const known = new Map<string, boolean>();
  const triples = text.length < MIN_INDEXED ? undefined : indexTriples(text);
  return (hint) => {
    const seen = known.get(hint);
    if (seen !== undefined) return seen;
    const isThere = (triples === undefined || mayContain(triples, hint)) && text.includes(hint);
    known.set(hint, isThere);
    return isThere;
  };
}

function indexTriples(text: string): Uint8Array {
  const triples = new Uint8Array(HASHES + 1);
  let [first, second] = [text.charCodeAt(0), text.charCodeAt(1)];
  for (let at = 2; at < text.length; at++) {
    const third = text.charCodeAt(at);
    triples[hashTriple(first, second, third)] = 1;
    first = second;
    second = third;
  }
  return triples;
}

function mayContain(triples: Uint8Array, hint: string): boolean {
  for (let at = 2; at < hint.length; at++) {
    const hash = hashTriple(hint.charCodeAt(at - 2), hint.charCodeAt(at - 1), hint.charCodeAt(at));
    if (triples[hash] === 0) return false;
  }
  return true;
}

function hashTriple(first: number, second: number, third: number): number {
  return ((first * 31 + second) * 37 + third) & HASHES;
}

/** A shape, or the block of a private key. */
export type SecretShapeOrKey = SecretShape | typeof PRIVATE_KEY;

/** Returns the spans of one shape in a text, in order and without overlaps. */
export function findSpans(text: string, shape: SecretShapeOrKey): SecretSpan[] {
  if (!('pattern' in shape)) return findPrivateKeys(text);
  const spans: SecretSpan[] = [];
  let from = 0;
  for (const match of text.matchAll(shape.pattern)) {
    const { start, end, isCutOff } = readSpan(match);
    if (start < from || !shape.isSecret(text.slice(start, end), match.groups ?? {})) continue;
    from = isCutOff ? endOfBareValue(text, end) : end;
    spans.push({ start, end: from });
  }
  return spans;
}

// The secret of a match is its one filled group, or all of it; `isCutOff`: more of the value may follow.
function readSpan(match: RegExpExecArray): SecretSpan & { isCutOff: boolean } {
  const groups: Record<string, [number, number] | undefined> = match.indices?.groups ?? {};
  const [start, end] = groups.secret ??
    groups.double ??
    groups.single ??
    groups.bare ?? [match.index, match.index + match[0].length];
  const tail = groups.bare ? countClosingMarks(match.groups?.bare ?? '') : 0;
  return { start, end: end - tail, isCutOff: groups.bare !== undefined && tail === 0 };
}

// In `(password=…)` the closing bracket belongs to the sentence, not to the value.
function countClosingMarks(value: string): number {
  return /[([{]/.test(value) ? 0 : (/[)\]}.]{1,9}$/.exec(value)?.[0].length ?? 0);
}

// The pattern reads a bounded piece of a bare value, so that a text full of keys is read once; the rest follows here.
function endOfBareValue(text: string, end: number): number {
  BARE_REST.lastIndex = end;
  return end + (BARE_REST.exec(text)?.[0].length ?? 0);
}
