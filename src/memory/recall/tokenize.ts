import { stemmer } from 'stemmer';

const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after all also an and any are as at be because been before being but by can could did do does doing done for from had has have
  having he her here his how i if in into is it its just may me might more most must my no nor not of off on once only or other our
  out over own same she should so some such than that the their them then there these they this those through to too under until up
  very was we were what when where which while who whom why will with would you your`.split(/\s+/),
);

// A chain of identifiers: `a.b/c`, `src/auth/token.ts`, `snake_case`, `kebab-case`.
const CHAIN = /[\p{L}\p{N}_$]+(?:[./:@#-]+[\p{L}\p{N}_$]+)*/gu;
const MAX_TERM = 60;

/** Splits a text into search terms: stems of words; of identifiers the parts and the whole. Terms occur as often as in the text. */
export function tokenize(text: string): string[] {
  const terms: string[] = [];
  for (const [chain] of text.matchAll(CHAIN)) {
    const words = chain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
    for (const word of words) addWord(terms, word);
    if (words.length > 1) addTerm(terms, words.join('').toLowerCase());
  }
  return terms;
}

function addWord(terms: string[], word: string): void {
  const parts = word.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|[^\p{Lu}\p{Ll}\p{N}]+/gu) ?? [];
  if (parts.length > 1) {
    addTerm(terms, word.toLowerCase());
    for (const part of parts) addStem(terms, part.toLowerCase());
  } else addStem(terms, word.toLowerCase());
}

function addStem(terms: string[], word: string): void {
  if (!STOP_WORDS.has(word)) addTerm(terms, /^[a-z]+$/.test(word) ? stemmer(word) : word);
}

function addTerm(terms: string[], term: string): void {
  if (term.length > 0 && term.length <= MAX_TERM) terms.push(term);
}
