const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
// Characters between two lines of a key: line ends (also escaped), quotes, plus signs, line numbers, comment and diff marks.
const LINE_SEPARATOR = '(?:[^A-Za-z]|\\\\[nrt]){0,24}?';
// Base64 that cannot be a path or a word of prose: long with a capital letter, or shorter with a capital letter and a digit.
const BASE64_RUN = [
  '(?=[a-z0-9+/=]{0,39}[A-Z])[A-Za-z0-9+/=]{40,}',
  '(?=[a-z0-9+/=]{0,15}[A-Z])(?=[A-Za-z+/=]{0,15}\\d)[A-Za-z0-9+/=]{16,}',
].join('|');
const LABEL = new RegExp(`${LINE_SEPARATOR}(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): `, 'y');
const FIRST_RUN = new RegExp(`(?<![A-Za-z0-9+/=])(?:${BASE64_RUN})`);
const BODY = new RegExp(`(?:${LINE_SEPARATOR}(?:${BASE64_RUN}))+`, 'y');
const END = /(?:(?!-----)[\s\S]){0,120}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
// The last, shorter line of a key without an END line.
const LAST_LINE = /\r?\n[ \t+>|]{0,8}[A-Za-z0-9+/]{1,15}={0,2}(?=[ \t]*(?:\r?\n|$))/y;

/** Whether a text has the first line of a private key, with a key after it or without. */
export function hasPrivateKeyHeader(text: string): boolean {
  return text.search(BEGIN) >= 0;
}

/**
 * Returns the spans of private keys in a text, in order: from the BEGIN line to the END line, or to where the key was
 * cut off, so that a key without an END does not swallow the rest of a report. Offsets are UTF-16 code units.
 */
export function findPrivateKeys(text: string): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  let from = 0;
  for (const begin of text.matchAll(BEGIN)) {
    if (begin.index < from) continue;
    const bodyStart = begin.index + begin[0].length;
    const end = endOfKey(text, bodyStart);
    // A BEGIN line alone, as in code that looks for keys, is no secret.
    if (end === bodyStart) continue;
    spans.push({ start: begin.index, end });
    from = end;
  }
  return spans;
}

function endOfKey(text: string, start: number): number {
  BODY.lastIndex = startOfBody(text, start);
  if (!BODY.test(text)) return start;
  const end = BODY.lastIndex;
  END.lastIndex = end;
  if (END.test(text)) return END.lastIndex;
  LAST_LINE.lastIndex = end;
  return LAST_LINE.test(text) ? LAST_LINE.lastIndex : end;
}

// The body follows label lines such as `Proc-Type: 4,ENCRYPTED`.
function startOfBody(text: string, start: number): number {
  LABEL.lastIndex = start;
  if (!LABEL.test(text)) return start;
  const [labels = ''] = text.slice(start, start + 200).split('-----', 1);
  return start + (FIRST_RUN.exec(labels)?.index ?? 0);
}
