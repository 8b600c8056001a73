import type { SecretShapeOrKey } from './secret-shapes.ts';
import { candidateShapes, findSpans } from './secret-shapes.ts';
import { TOKEN_PREFIX, TOKEN_SHAPES } from './secret-tokens.ts';
import { measureEntropy } from './secret-value.ts';

/** A secret in several parts or in another spelling; the offsets are those of the text. */
export interface FoundChunks {
  shape: SecretShapeOrKey;
  value: string;
  start: number;
  end: number;
}

/** The start of a token, with what follows its prefix. */
const BEGUN = new RegExp(`${TOKEN_PREFIX}([A-Za-z0-9_.-]{0,80})`, 'g');
/** A prefix with fewer characters behind it may be a word about tokens. */
const MIN_BEGUN = 4;
/** What keeps the next part apart: a line end with the sign of a list or of a comment, a bar, or a blank. */
const NEXT =
  /(?:[ \t]*\r?\n[ \t]{0,60}(?:[>|+#*-]|\/\/|\d{1,2}[.)])?[ \t]{0,8}|[ \t]?\|[ \t]?| )([A-Za-z0-9_.~+/=-]{1,80})/y;
/** A hash, as of a commit. */
const HASH = /^[0-9a-f]+$/;
/** Maximum number of parts of one token. */
const MAX_PARTS = 16;
/** A word of a sentence. */
const WORD = /^[A-Z]?[a-z]+[.,]?$/;
/** The part of a token behind its prefix is more random than words, in bits per character. */
const MIN_ENTROPY = 3;

/**
 * Returns the tokens whose parts are kept apart: two parts of any length, or more of the same length. Each token is searched from its own start, because
 * texts have many line ends and few tokens.
 */
export function findChunkedSecrets(text: string): FoundChunks[] {
  const found: FoundChunks[] = [];
  let from = 0;
  for (const { 0: first, 1: behind = '', index } of text.matchAll(BEGUN)) {
    if (index < from) continue;
    const secret = joinChunks(text, index, first, behind.length < MIN_BEGUN ? 3 : 2);
    if (secret === undefined) continue;
    found.push(secret);
    from = secret.end;
  }
  return found;
}

function joinChunks(text: string, start: number, first: string, minParts: number): FoundChunks | undefined {
  let joined = first;
  let end = start + first.length;
  let best: FoundChunks | undefined;
  for (let parts = 2; parts <= MAX_PARTS; parts++) {
    NEXT.lastIndex = end;
    const [all = '', chunk = ''] = NEXT.exec(text) ?? [];
    if (!mayFollow(chunk, first, parts)) break;
    joined += chunk;
    end += all.length;
    const isCandidate = parts >= minParts && !(parts === 2 && isOther(all, chunk, first));
    const found = isCandidate ? matchWhole(joined) : undefined;
    if (found) best = { ...found, value: joined, start, end };
    // Only a part of the same length is followed by another one.
    if (chunk.length !== first.length) break;
  }
  return best;
}

const mayFollow = (chunk: string, first: string, parts: number): boolean =>
  chunk !== '' && !WORD.test(chunk) && (parts === 2 || chunk.length <= first.length);

/** Whether a part may be a column of a table or a hash, beside a name that only begins as a token does. */
const isOther = (all: string, chunk: string, first: string): boolean =>
  chunk.length !== first.length && (HASH.test(chunk) || / \| /.test(all));

/** The shape of which a text is a whole token. */
function matchWhole(joined: string): { shape: SecretShapeOrKey } | undefined {
  const [prefix = ''] = joined.match(/^[A-Za-z]+[-_.]?/) ?? [];
  const rest = joined.slice(prefix.length < joined.length ? prefix.length : 0);
  if (!/\d/.test(joined) || measureEntropy(rest === '' ? joined : rest) < MIN_ENTROPY) return undefined;
  for (const shape of candidateShapes(joined, TOKEN_SHAPES)) {
    const [span] = findSpans(joined, shape);
    if (span?.start === 0 && span.end === joined.length) return { shape };
  }
  return undefined;
}

const rotate = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });

/** Prefixes of at least four characters: a shorter one is too often the start of another word. */
const ROTATED = TOKEN_SHAPES.flatMap(({ prefixes }) => prefixes.filter((prefix) => prefix.length > 3)).map(
  (prefix) => rotate(prefix).replaceAll('.', '\\.'),
);
const ROTATED_TOKEN = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${ROTATED.join('|')})[A-Za-z0-9_.~+/=-]{10,4096}`,
  'g',
);

/** Returns the tokens whose letters are moved by 13 places (rot13), ordered by `start`. */
export function findRotatedSecrets(text: string): FoundChunks[] {
  return [...text.matchAll(ROTATED_TOKEN)].flatMap(({ 0: word, index: start }) => {
    const value = rotate(word);
    for (const shape of candidateShapes(value, TOKEN_SHAPES)) {
      const [span] = findSpans(value, shape);
      if (span?.start === 0 && /\d/.test(value)) return [{ shape, value, start, end: start + span.end }];
    }
    return [];
  });
}
