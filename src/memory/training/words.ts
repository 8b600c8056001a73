/** A word of a text, for comparing claims and measuring similarity. */
export interface Word {
  /** As it was written. */
  text: string;
  /** Lower case, without a possessive. */
  key: string;
  /** Whether it begins a sentence, a line or a bullet, where a capital letter has no meaning. */
  starts: boolean;
  /** In backticks. */
  quoted: boolean;
}

// Match paths, file names, versions, dates and `C++` as single words.
const WORD = /[\p{L}\p{N}_$]+(?:[-./'’:@][\p{L}\p{N}_$]+)*(?:\+{1,2}|#)?/gu;
const CODE_SPAN = /`[^`\n]{1,200}`/g;
const BEFORE_START = /(?:^|[.!?:;\n])[\s"'“‘([*_>#-]*$/;

/** Returns the words of a text in order. */
export function readWords(text: string): Word[] {
  const plain = separate(text);
  const spans = [...plain.matchAll(CODE_SPAN)].map(({ index, 0: span }) => [index, index + span.length]);
  let span = 0;
  return [...plain.matchAll(WORD)].map(({ 0: word, index }) => {
    while ((spans[span]?.[1] ?? Number.POSITIVE_INFINITY) <= index) span += 1;
    return {
      text: word,
      key: keyOf(word),
      starts: BEFORE_START.test(plain.slice(Math.max(0, index - 12), index)),
      quoted: (spans[span]?.[0] ?? Number.POSITIVE_INFINITY) < index,
    };
  });
}

/** Returns only the keys of these words, which is faster. */
export function readKeys(text: string): string[] {
  return (separate(text).match(WORD) ?? []).map(keyOf);
}

// `15-minute` is 15 and minute; `1,000` is one number.
function separate(text: string): string {
  return text.replace(/(\d)-(?=\p{L})/gu, '$1 ').replace(/(\d),(?=\d{3}(?!\d))/g, '$1');
}

function keyOf(word: string): string {
  const key = word.toLowerCase();
  return /['’]s$/.test(key) ? key.slice(0, -2) : key;
}

/** Removes plural and verb endings from a word, roughly, to recognise two forms of one word. */
export function stemOf(key: string): string {
  if (key.length < 5 || /[^a-z]/.test(key)) return key.length > 3 ? key.replace(/(?<!s)s$/, '') : key;
  const stem = key
    .replace(/ies$/, 'y')
    .replace(/(?<=[sxz]|ch|sh)es$/, '')
    .replace(/(?<!s)s$/, '');
  return stem.replace(/(?<=..[a-z])(?:ing|ed|e)$/, '');
}
