import {
  ALIASES,
  CHOOSING,
  DEGREES,
  FILLERS,
  NEGATIONS,
  NUMBER_WORDS,
  OPPOSITES,
  PLACING,
  TERMS,
  UNITS,
} from './vocabulary.ts';
import { readWords, stemOf, type Word } from './words.ts';

/** Lower-case names of a project: the project, its modules, the identifiers of its interfaces. */
export type Nouns = ReadonlySet<string>;

interface Term {
  key: string;
  kind: 'name' | 'word' | 'degree';
  /** What precedes the term: a choosing word, a placing word, or the start of a sentence. */
  slot: 'chosen' | 'placed' | 'start' | 'free';
}

/** The comparable statements of a text: its numbers, negations, choices and names. */
export interface Claim {
  /** Numbers with their units, in a common base. */
  numbers: string[];
  /** The negated words. */
  negations: string[];
  terms: Term[];
  /** Names of the project that the text contains, sorted. */
  subjects: string[];
}

const NUMBER = /^v?(\d+(?:[.:/-]\d+)*)([a-z]{0,3})$/;

/** Extracts the claim of a text. Pure. */
export function readClaim(text: string, nouns: Nouns): Claim {
  const words = readWords(text);
  const claim: Claim = { numbers: [], negations: [], terms: [], subjects: [] };
  for (const [index, word] of words.entries()) place(claim, words, index, word, nouns);
  claim.subjects = [...new Set(words.map(({ key }) => key).filter((key) => nouns.has(key)))].sort();
  return claim;
}

function place(claim: Claim, words: readonly Word[], index: number, word: Word, nouns: Nouns): void {
  const { key } = word;
  if (isNegation(key)) {
    claim.negations.push(targetAfter(words, index));
    return;
  }
  const number = numberAt(words, index);
  if (number !== undefined) claim.numbers.push(number);
  else if (DEGREES.has(key)) claim.terms.push({ key, kind: 'degree', slot: 'free' });
  else if (!FILLERS.has(key)) claim.terms.push(readTerm(words, index, word, nouns));
}

function isNegation(key: string): boolean {
  return NEGATIONS.has(key) || /n['’]t$/.test(key) || key.startsWith('non-');
}

/** The next word that is not a filler, so that `does not store` and `never stores` negate the same word. */
function targetAfter(words: readonly Word[], index: number): string {
  const { key } = words[index] ?? { key: '' };
  if (key.startsWith('non-')) return stemOf(key.slice(4));
  const next = words.slice(index + 1, index + 6).find((word) => !FILLERS.has(word.key));
  return stemOf(next?.key ?? '');
}

/** Normalises a number: 15 minutes become `900000ms`; a number without a unit keeps the next word, so that two numbers are not confused. */
function numberAt(words: readonly Word[], index: number): string | undefined {
  const { key } = words[index] ?? { key: '' };
  const [, digits, attached = ''] = NUMBER.exec(key) ?? [];
  const value = digits ?? NUMBER_WORDS.get(key)?.toString();
  if (value === undefined) return undefined;
  const next = words[index + 1]?.key ?? '';
  const unit = UNITS.get(attached === '' ? next : attached);
  if (unit && Number.isFinite(Number(value))) return `${Number(value) * unit.factor}${unit.unit}`;
  return `${value}${attached}:${FILLERS.has(next) ? '' : stemOf(next)}`;
}

function readTerm(words: readonly Word[], index: number, word: Word, nouns: Nouns): Term {
  const kind = isName(word, nouns) ? 'name' : 'word';
  return { key: canonical(word), kind, slot: slotOf(words, index, word) };
}

function isName({ text, key, starts, quoted }: Word, nouns: Nouns): boolean {
  if (quoted || nouns.has(key) || TERMS.has(key)) return true;
  if (/[_$/@.+#]|\d/.test(text) || /\p{Ll}\p{Lu}|^\p{Lu}{2,}s?$/u.test(text)) return true;
  return !starts && /^\p{Lu}/u.test(text);
}

function canonical({ key }: Word): string {
  const known = ALIASES[key] ?? key;
  return TERMS.has(known) || known !== key || !/^[a-z]+$/.test(key) ? known : stemOf(key);
}

function slotOf(words: readonly Word[], index: number, word: Word): Term['slot'] {
  if (word.starts) return 'start';
  const before = words[index - 1]?.key ?? '';
  const earlier = /^(?:an?|the|its?)$/.test(before) ? (words[index - 2]?.key ?? '') : before;
  if (CHOOSING.has(earlier)) return 'chosen';
  return PLACING.has(earlier) ? 'placed' : 'free';
}

export const DIFFERENCES = ['negation', 'numbers', 'choices'] as const;
export type Difference = (typeof DIFFERENCES)[number];

export interface Comparison {
  /**
   * `same`: only the wording differs. `conflict`: both cannot be true of one thing. `unsure`: one contains more, or they are about
   * different things; they are neither duplicates nor a contradiction.
   */
  verdict: 'same' | 'conflict' | 'unsure';
  differs: Difference[];
}

/** Compares the claims of two texts with nearly the same words. */
export function compareClaims(a: Claim, b: Claim): Comparison {
  const numbers = difference(a.numbers, b.numbers);
  const terms = compareTerms(a.terms, b.terms);
  const differs = [
    ...(isEmpty(difference(a.negations, b.negations)) ? [] : (['negation'] as const)),
    ...(isTwoSided(numbers) ? (['numbers'] as const) : []),
    ...(terms === 'conflict' ? (['choices'] as const) : []),
  ];
  if (differs.length > 0) return { verdict: 'conflict', differs };
  return { verdict: isEmpty(numbers) && terms === 'same' ? 'same' : 'unsure', differs };
}

function compareTerms(a: readonly Term[], b: readonly Term[]): Comparison['verdict'] {
  const [onlyA, onlyB] = differenceOf(a, b);
  if (excludeEachOther(onlyA, onlyB)) return 'conflict';
  const left = [...onlyA, ...onlyB];
  if (left.some(({ kind }) => kind !== 'word')) return 'unsure';
  const replaces = onlyA.length > 0 && onlyB.length > 0;
  if (replaces && left.some(({ slot }) => slot !== 'free')) return 'unsure';
  return hasSameOrder(a, b) ? 'same' : 'unsure';
}

function excludeEachOther(onlyA: readonly Term[], onlyB: readonly Term[]): boolean {
  const named = ({ kind, slot }: Term) => kind === 'name' || (kind === 'word' && slot === 'chosen');
  if (onlyA.some(named) && onlyB.some(named)) return true;
  // One name replaces another: `Redis`, and an unknown product.
  if (onlyA.length === 1 && onlyB.length === 1 && [...onlyA, ...onlyB].some(({ kind }) => kind === 'name'))
    return true;
  return onlyA.some((x) => onlyB.some((y) => areOpposites(x.key, y.key)));
}

/**
 * Returns whether two claims differ in a choice (a database, a hash) and not only in names: `email` and `name` may both be
 * required, but a password has one hash.
 */
export function haveAlternatives(a: Claim, b: Claim): boolean {
  const [onlyA, onlyB] = differenceOf(a.terms, b.terms);
  const isAlternative = ({ key, slot }: Term) =>
    slot === 'chosen' || TERMS.has(key) || GROUP_OF_STEM.has(key);
  return onlyA.some(isAlternative) && onlyB.some(isAlternative);
}

/** Ordinary words that only one of two texts has; names and choices are left out. */
export function wordsThatDiffer(a: Claim, b: Claim): [string[], string[]] {
  const [onlyA, onlyB] = differenceOf(a.terms, b.terms);
  const keysOf = (terms: readonly Term[]) =>
    terms.filter(({ key, kind }) => kind === 'word' && !GROUP_OF_STEM.has(key)).map(({ key }) => key);
  return [keysOf(onlyA), keysOf(onlyB)];
}

function areOpposites(a: string, b: string): boolean {
  const group = GROUP_OF_STEM.get(a);
  return a !== b && group !== undefined && group === GROUP_OF_STEM.get(b);
}

const GROUP_OF_STEM: ReadonlyMap<string, number> = new Map(
  [...OPPOSITES].map(([word, group]) => [/^[a-z]+$/.test(word) ? stemOf(word) : word, group]),
);

/** Compares the order of names: `auth depends on store` and `store depends on auth` have the same words. */
function hasSameOrder(a: readonly Term[], b: readonly Term[]): boolean {
  const matters = new Set(
    [...a, ...b].filter(({ key, kind }) => kind === 'name' || GROUP_OF_STEM.has(key)).map(({ key }) => key),
  );
  const orderOf = (terms: readonly Term[]) =>
    terms
      .map(({ key }) => key)
      .filter((key) => matters.has(key))
      .join(' ');
  return orderOf(a) === orderOf(b);
}

function differenceOf(a: readonly Term[], b: readonly Term[]): [Term[], Term[]] {
  const keysOf = (terms: readonly Term[]) => terms.map(({ key }) => key);
  return [without(a, keysOf(b), (term) => term.key), without(b, keysOf(a), (term) => term.key)];
}

function difference(a: readonly string[], b: readonly string[]): [string[], string[]] {
  return [without(a, b, (key) => key), without(b, a, (key) => key)];
}

/** The difference of two lists as multisets: removes as many entries of each key as the other list has. */
function without<T>(list: readonly T[], others: readonly string[], keyOf: (item: T) => string): T[] {
  const counts = new Map<string, number>();
  for (const key of others) counts.set(key, (counts.get(key) ?? 0) + 1);
  return list.filter((item) => {
    const left = counts.get(keyOf(item)) ?? 0;
    counts.set(keyOf(item), left - 1);
    return left <= 0;
  });
}

function isEmpty([a, b]: readonly [readonly unknown[], readonly unknown[]]): boolean {
  return a.length === 0 && b.length === 0;
}

function isTwoSided([a, b]: readonly [readonly unknown[], readonly unknown[]]): boolean {
  return a.length > 0 && b.length > 0;
}
