/** A word of a text as far as claims and likeness need it. */
export interface Word {
  /** As it was written. */
  text: string;
  /** Lower case, without a possessive. */
  key: string;
  /** It begins a sentence, a line or a bullet: a capital letter says nothing there. */
  starts: boolean;
  /** In backticks. */
  quoted: boolean;
}

// Paths, file names, versions, dates and `C++` stay whole.
const WORD = /[\p{L}\p{N}_$]+(?:[-./'’:@][\p{L}\p{N}_$]+)*(?:\+{1,2}|#)?/gu;
const CODE_SPAN = /`[^`\n]{1,200}`/g;
const BEFORE_START = /(?:^|[.!?:;\n])[\s"'“‘([*_>#-]*$/;

/** The words of a text in their order. */
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

/** The keys of the same words, without looking around each of them. */
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

/** A word without the endings of plural and verb, roughly: only to see that two words are one. */
export function stemOf(key: string): string {
  if (key.length < 5 || /[^a-z]/.test(key)) return key.length > 3 ? key.replace(/(?<!s)s$/, '') : key;
  const stem = key
    .replace(/ies$/, 'y')
    .replace(/(?<=[sxz]|ch|sh)es$/, '')
    .replace(/(?<!s)s$/, '');
  return stem.replace(/(?<=..[a-z])(?:ing|ed|e)$/, '');
}
