/**
 * The globs of a contract: `*`, `?`, `[abc]` and `{a,b}` within a path segment, `**` as a segment. For this small language, it can be
 * decided without backtracking whether a path matches and whether two globs have a path in common. Uses no library, because
 * hooks load this file on every write.
 */

const MAX_GLOB_CHARACTERS = 200;
const MAX_ALTERNATIVES = 64;

/** The reason why a glob is invalid, as words that follow the glob; undefined if it is valid. */
export function globFault(glob: string): string | undefined {
  if (glob === '' || glob.length > MAX_GLOB_CHARACTERS)
    return `must have 1 to ${MAX_GLOB_CHARACTERS} characters`;
  const found = [...PLACE_FAULTS, ...LANGUAGE_FAULTS].find(([wrong]) => wrong.test(glob));
  if (found) return found[1];
  return expandGlob(glob, unitOf) === undefined
    ? `comes to more than ${MAX_ALTERNATIVES} alternatives`
    : undefined;
}

const PLACE_FAULTS: readonly [RegExp, string][] = [
  [/^(?:\/|[A-Za-z]:)/, 'is absolute; write it relative to the top of the project'],
  [/(?:^|[/{,])\.\.(?:[/},]|$)/, 'leads out of the project with ".."'],
  [/(?:^|\/)\.(?:\/|$)/, 'has a part "."; leave it out'],
  [/\/$/, 'ends in "/"; write "/**" to name all that is below a folder'],
  [/\/\/|(?:^|[{,/])\/|\/[},]/, 'has an empty part'],
];

const LANGUAGE_FAULTS: readonly [RegExp, string][] = [
  [/\p{Cc}/u, 'holds a control character'],
  [/[\\()|"]/, 'holds one of \\ ( ) | ", which have a meaning in globs; write "?" in its place'],
  [/^!/, 'starts with "!"; name what belongs to the module'],
  [
    /\[(?!(?:[a-z]-[a-z]|[A-Z]-[A-Z]|\d-\d|\w)+\])|^[^[]*\]|\][^[]*\]/,
    'has a "[" or "]" beside a plain list such as [abc]; write "?" in its place',
  ],
  [/\{(?![^{},]+(?:,[^{},]+)+\})|^[^{]*\}|\}[^{]*\}/, 'has a "{" or "}" beside a plain list such as {a,b}'],
  [/[\]}]\+/, 'has a "+" after a list; write "?" in its place'],
  [
    /[^/*]\*\*|\*\*[^/*]|\*{3}/,
    'has "**" beside other characters; it is a whole part of a path, as in src/**',
  ],
];

/** A parsed glob. `alternatives` is undefined if the glob is invalid or has too many alternatives. */
export interface ReadGlob {
  alternatives: readonly Alternative[] | undefined;
}

export function readGlob(glob: string): ReadGlob {
  return { alternatives: expandGlob(glob, eitherCase) };
}

/**
 * Returns whether any path could match both globs. Never returns false if there is one. Ignores case, because many disks do. An
 * invalid glob overlaps with everything.
 */
export function doGlobsMeet(a: string | ReadGlob, b: string | ReadGlob): boolean {
  const first = (typeof a === 'string' ? readGlob(a) : a).alternatives;
  const second = (typeof b === 'string' ? readGlob(b) : b).alternatives;
  if (first === undefined || second === undefined) return true;
  return first.some((one) =>
    second.some((other) => !doHeadsDiffer(one.head, other.head) && doPathsMeet(one.path, other.path)),
  );
}

/** The fixed leading folders of a glob, in lower case; undefined if it is not ASCII. Most pairs of globs already differ here. */
function headOf(plain: string): (string | undefined)[] {
  const parts = plain.split('/');
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  const folders = wild < 0 ? parts : parts.slice(0, wild);
  return folders.map((part) => (/^[ -~]*$/.test(part) ? part.toLowerCase() : undefined));
}

function doHeadsDiffer(a: readonly (string | undefined)[], b: readonly (string | undefined)[]): boolean {
  const length = Math.min(a.length, b.length);
  for (let n = 0; n < length; n += 1)
    if (a[n] !== undefined && b[n] !== undefined && a[n] !== b[n]) return true;
  return false;
}

/**
 * Returns whether a relative path, with `/`, matches a glob. Names that start with a dot are treated like others. An invalid glob
 * matches nothing.
 */
export function globTest(glob: string, ignoreCase = false): (path: string) => boolean {
  const tokenOf = ignoreCase ? eitherCase : unitOf;
  const alternatives = expandGlob(glob, tokenOf) ?? [];
  return (path) => {
    const head = path.toLowerCase().split('/');
    const likely = alternatives.filter((own) => !doHeadsDiffer(own.head, head));
    if (likely.length === 0) return false;
    const parts = path.split('/').map((part) => part.split('').map(unitOf));
    return likely.some((own) => doPathsMeet(own.path, parts));
  };
}

/** The UTF-16 ranges that one character may have, or any number of characters. */
type Ranges = readonly (readonly [number, number])[];
type Token = Ranges | 'star';
type Segment = readonly Token[] | 'globstar';

interface Alternative {
  path: readonly Segment[];
  head: readonly (string | undefined)[];
}

/** The characters that one character of a glob matches. */
type TokenOf = (unit: string) => Ranges;

/** The alternatives of a glob; undefined if there are too many, or if the glob is invalid. */
function expandGlob(glob: string, tokenOf: TokenOf): Alternative[] | undefined {
  if (LANGUAGE_FAULTS.some(([wrong]) => wrong.test(glob))) return undefined;
  const all: Alternative[] = [];
  const plains = expandBraces(glob);
  if (plains === undefined) return undefined;
  for (const plain of plains) {
    const paths = expandPath(plain, tokenOf);
    if (paths === undefined || all.length + paths.length > MAX_ALTERNATIVES) return undefined;
    const head = headOf(plain);
    all.push(...paths.map((path) => ({ path, head })));
  }
  return all;
}

function expandBraces(glob: string): string[] | undefined {
  const match = /\{([^{}]*)\}/.exec(glob);
  if (!match) return [glob];
  const [whole, list = ''] = match;
  const before = glob.slice(0, match.index);
  const after = glob.slice(match.index + whole.length);
  const rest = expandBraces(after);
  const all = rest?.flatMap((tail) => list.split(',').map((item) => `${before}${item}${tail}`));
  return all === undefined || all.length > MAX_ALTERNATIVES ? undefined : all;
}

function expandPath(path: string, tokenOf: TokenOf): Segment[][] | undefined {
  let paths: Segment[][] = [[]];
  for (const part of path.split('/')) {
    const segments: Segment[] = part === '**' ? ['globstar'] : expandSegment(part, tokenOf);
    if (paths.length * segments.length > MAX_ALTERNATIVES) return undefined;
    paths = paths.flatMap((head) => segments.map((segment) => [...head, segment]));
  }
  return paths;
}

/**
 * `[abc]` matches one of its characters, or literally these five characters, since a folder may be called `[id]`. The caller limits the
 * number of alternatives.
 */
function expandSegment(part: string, tokenOf: TokenOf): Token[][] {
  let found: Token[][] = [[]];
  for (const piece of part.match(/\[[^\]]*\]|[^[]+/g) ?? []) {
    const readings = readingsOf(piece, tokenOf);
    found = found.flatMap((before) => readings.map((reading) => [...before, ...reading]));
    if (found.length > MAX_ALTERNATIVES) return found;
  }
  return found;
}

function readingsOf(piece: string, tokenOf: TokenOf): Token[][] {
  if (!piece.startsWith('[')) return [tokensOf(piece, tokenOf)];
  return [[classOf(piece.slice(1, -1), tokenOf)], piece.split('').map(tokenOf)];
}

const ANY: Token = [[0, 0xffff]];

function tokensOf(text: string, tokenOf: TokenOf): Token[] {
  return text.split('').map((unit) => (unit === '*' ? 'star' : unit === '?' ? ANY : tokenOf(unit)));
}

function unitOf(unit: string): Ranges {
  return [[unit.charCodeAt(0), unit.charCodeAt(0)]];
}

function eitherCase(unit: string): Ranges {
  return [unit, unit.toLowerCase(), unit.toUpperCase()].filter((form) => form.length === 1).flatMap(unitOf);
}

/** The characters between the brackets, and those of ranges such as `a-z`. */
function classOf(list: string, tokenOf: TokenOf): Ranges {
  return (list.match(/[^-]-[^-]|./g) ?? []).flatMap((part) => {
    const [from, to] = [tokenOf(part.charAt(0)), tokenOf(part.slice(-1))];
    return from.map(([low], n) => [low, to[n]?.[1] ?? low] as const);
  });
}

function doPathsMeet(a: readonly Segment[], b: readonly Segment[]): boolean {
  return doMeet(a, b, 'globstar', (x, y) => x !== 'globstar' && y !== 'globstar' && doSegmentsMeet(x, y));
}

function doSegmentsMeet(a: readonly Token[], b: readonly Token[]): boolean {
  return doMeet(a, b, 'star', (x, y) => x !== 'star' && y !== 'star' && doTokensMeet(x, y));
}

function doTokensMeet(a: Ranges, b: Ranges): boolean {
  return a.some(([low, high]) => b.some(([least, most]) => low <= most && least <= high));
}

/**
 * Returns whether two sequences have a common match, where `wild` matches any number of elements. Works row by row from the ends
 * backwards, so that each pair of positions is decided once.
 */
function doMeet<T>(a: readonly T[], b: readonly T[], wild: T, areAlike: (x: T, y: T) => boolean): boolean {
  /** Returns whether the rests from `x` and `y` on match, given the results for the shorter rests. */
  const isMet = (x: T | undefined, y: T | undefined, down = false, right = false, across = false) => {
    if (x === wild || y === wild) return right || (x !== undefined && down);
    return x !== undefined && y !== undefined && across && areAlike(x, y);
  };
  let below: boolean[] = [];
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j--)
      row[j] = (i === a.length && j === b.length) || isMet(a[i], b[j], below[j], row[j + 1], below[j + 1]);
    below = row;
  }
  return below[0] ?? false;
}
