import { HIDDEN } from './plain-text.ts';
import { foldLookalike, LOOKALIKE } from './secret-lookalikes.ts';
import type { SecretShape, SecretSpan } from './secret-shape-types.ts';
import { candidateShapes, findSpans, SECRET_SHAPES, type SecretShapeOrKey } from './secret-shapes.ts';
import { findNumbered, findReversed, findTagged, joinSpaced } from './secret-spacing.ts';
import { TOKEN_PREFIX, TOKEN_SHAPES } from './secret-tokens.ts';
import { composeViews, rewriteText, type TextView } from './text-view.ts';

/** A secret that a text does not show as it is; `value` is the secret, the offsets are those of the text. */
export interface DisguisedSecret extends SecretSpan {
  shape: SecretShapeOrKey;
  value: string;
}

/** Maximum number of encodings over each other that are read. */
const MAX_LAYERS = 3;

const ENTITIES: Record<string, string> = {
  amp: '&',
  apos: "'",
  ast: '*',
  colon: ':',
  commat: '@',
  dollar: '$',
  equals: '=',
  excl: '!',
  gt: '>',
  hyphen: '-',
  lowbar: '_',
  lt: '<',
  nbsp: ' ',
  num: '#',
  percnt: '%',
  period: '.',
  plus: '+',
  quot: '"',
  sol: '/',
};

const ESCAPE = new RegExp(
  [
    `(?<hidden>${HIDDEN}|(?<=[A-Za-z0-9_-])\\p{M}{1,9})`,
    `(?<lookalike>${LOOKALIKE})`,
    '(?<tag><!--[^<>\\n]{0,80}-->|</?(?:wbr|b|i|u|em|strong|span|code|mark|font|kbd|tt)(?:\\s[^<>]{0,80})?/?>)',
    '&(?:#(?<decimal>\\d{1,7})|#[xX](?<hex>[0-9A-Fa-f]{1,6})|(?<entity>[a-z]{2,6}));',
    '%(?<percent>[0-9A-Fa-f]{2})',
    '\\\\(?:u\\{0{0,4}(?<braced>[0-9A-Fa-f]{1,4})\\}|(?<octal>[01][0-7]{2})|u(?<unicode>[0-9A-Fa-f]{4})|x(?<byte>[0-9A-Fa-f]{2})|(?<mark>[!-/:-@[-`{-~]))',
    '(?<=[A-Za-z0-9_-])(?<emphasis>\\*{1,3}|~~)(?=[A-Za-z0-9_-])',
  ].join('|'),
  'gu',
);

/** Returns the secrets that escapes or invisible characters disguise, ordered by `start`; those of different shapes can overlap. */
export function findEscapedSecrets(
  text: string,
  shapes: readonly SecretShape[] = SECRET_SHAPES,
): DisguisedSecret[] {
  let view = rewriteText(text, ESCAPE, unescapeMatch);
  for (let layer = 1; view !== undefined && layer < MAX_LAYERS; layer++) {
    const next = rewriteText(view.text, ESCAPE, unescapeMatch);
    if (next === undefined) break;
    view = composeViews(view, next);
  }
  return view === undefined ? [] : findInView(view, candidateShapes(view.text, shapes));
}

function unescapeMatch({ groups = {}, input, index }: RegExpExecArray): string | undefined {
  const { hidden, tag, emphasis, lookalike, decimal, hex, entity, octal, mark } = groups;
  if (hidden !== undefined || tag !== undefined || emphasis !== undefined) return '';
  if (entity !== undefined) return ENTITIES[entity];
  if (mark !== undefined) return mark;
  if (lookalike !== undefined) return foldLookalike(input, index);
  const { percent, unicode, braced, byte } = groups;
  const digits = decimal ?? octal ?? hex ?? percent ?? unicode ?? braced ?? byte ?? '';
  const code = Number.parseInt(digits, decimal === undefined ? (octal === undefined ? 16 : 8) : 10);
  return code > 0 && code < 0x80 ? String.fromCharCode(code) : undefined;
}

/** Returns the secrets whose characters are kept apart, ordered by `start`. */
export function findSpacedSecrets(text: string): DisguisedSecret[] {
  const secrets = [...joinSpaced(text)].flatMap((view) => findInView(view, candidateShapes(view.text)));
  // Only what the view has joined: the rest of the text is searched as it is.
  const isJoined = ({ start, end, value }: DisguisedSecret) => end - start > value.length;
  return secrets.filter(isJoined).sort((first, second) => first.start - second.start);
}

/** Returns the secrets that are written backwards, as numbers of their characters or in invisible letters, ordered by `start`. */
export function findRespelledSecrets(text: string): DisguisedSecret[] {
  return [...findReversed(text), ...findNumbered(text), ...findTagged(text)]
    .flatMap(({ start, end, plain }) => {
      const found = findFirst(plain, SECRET_SHAPES, 0);
      return found === undefined ? [] : [{ ...found, start, end }];
    })
    .sort((first, second) => first.start - second.start);
}

const BREAK =
  /(?<=[A-Za-z0-9_.-])(?:["'`][ \t]{0,4}(?:[+.&][ \t]{0,4})?(?:\\?\r?\n[ \t]{0,60})?(?:[+.&][ \t]{0,4})?["'`]|(?<lines>[\\=]?\r?\n[ \t]{0,60}(?:[>|+#*]|\/\/)?[ \t]{0,8}))(?=[A-Za-z0-9_-])/g;
/** Longest part of a token before a break that is looked at, in characters. */
const MAX_HEAD = 120;
const SPLIT_TOKEN = new RegExp(`${TOKEN_PREFIX}[A-Za-z0-9_.-]{0,${MAX_HEAD}}$`);

/** Returns the tokens that a line end or two strings split, ordered by `start`. */
export function findSplitSecrets(text: string): DisguisedSecret[] {
  // Lines are joined after the start of a token only, so that a word of the next line is not taken for its end.
  const view = rewriteText(text, BREAK, ({ index }) =>
    SPLIT_TOKEN.test(text.slice(Math.max(0, index - MAX_HEAD), index)) ? '' : undefined,
  );
  return view === undefined ? [] : findInView(view, candidateShapes(view.text, TOKEN_SHAPES));
}

function findInView(view: TextView, shapes: readonly SecretShapeOrKey[]): DisguisedSecret[] {
  const secrets: DisguisedSecret[] = [];
  for (const shape of shapes) {
    for (const { start, end } of findSpans(view.text, shape))
      secrets.push({ shape, value: view.text.slice(start, end), ...view.originalSpan(start, end) });
  }
  // A stable sort keeps the order of shapes for secrets that start at the same offset.
  return secrets.sort((first, second) => first.start - second.start);
}

const ENCODED = /(?<![A-Za-z0-9+/=_-])(?:[A-Za-z0-9+/]{24,}|[A-Za-z0-9_-]{24,})={0,2}(?![A-Za-z0-9+/=_-])/g;
/** A longer encoded text is a file, and the start decides whether it is text. */
const MAX_ENCODED = 65_536;
const PRINTABLE = /^[\t\r\n\x20-\x7e]+$/;

/** Returns the base64 and hexadecimal texts that hold a secret, ordered by `start`. */
export function findEncodedSecrets(
  text: string,
  shapes: readonly SecretShape[] = SECRET_SHAPES,
  layers = MAX_LAYERS,
): DisguisedSecret[] {
  const secrets: DisguisedSecret[] = [];
  for (const { 0: run, index: start } of text.matchAll(ENCODED)) {
    const decoded = decodePrintable(run);
    const first = decoded === undefined ? undefined : findFirst(decoded, shapes, layers - 1);
    if (first) secrets.push({ ...first, start, end: start + run.length });
  }
  return secrets;
}

function decodePrintable(run: string): string | undefined {
  if (run.length > MAX_ENCODED) return undefined;
  const encoding = /^(?:(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+)$/.test(run) ? 'hex' : 'base64';
  // 24 characters are whole bytes in both encodings.
  if (!PRINTABLE.test(Buffer.from(run.slice(0, 24), encoding).toString('latin1'))) return undefined;
  const decoded = Buffer.from(run, encoding).toString('latin1');
  return PRINTABLE.test(decoded) ? decoded : undefined;
}

function findFirst(
  text: string,
  shapes: readonly SecretShape[],
  layers: number,
): Pick<DisguisedSecret, 'shape' | 'value'> | undefined {
  for (const shape of candidateShapes(text, shapes)) {
    const [span] = findSpans(text, shape);
    if (span) return { shape, value: text.slice(span.start, span.end) };
  }
  return layers > 0 ? findEncodedSecrets(text, shapes, layers)[0] : undefined;
}
