const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
// Between two lines of a key: their ends, also escaped, quotes, plus signs, numbers, marks of comments and of changes.
const BETWEEN = '(?:[^A-Za-z]|\\\\[nrt]){0,24}?';
// Base64 as no path and no word of prose is: long with a capital letter, or shorter with a digit too.
const RUN = [
  '(?=[a-z0-9+/=]{0,39}[A-Z])[A-Za-z0-9+/=]{40,}',
  '(?=[a-z0-9+/=]{0,15}[A-Z])(?=[A-Za-z+/=]{0,15}\\d)[A-Za-z0-9+/=]{16,}',
].join('|');
const LABEL = new RegExp(`${BETWEEN}(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash): `, 'y');
const FIRST_RUN = new RegExp(`(?<![A-Za-z0-9+/=])(?:${RUN})`);
const BODY = new RegExp(`(?:${BETWEEN}(?:${RUN}))+`, 'y');
const END = /(?:(?!-----)[\s\S]){0,120}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
// The last line of a key that has no end.
const REST = /\r?\n[ \t+>|]{0,8}[A-Za-z0-9+/]{1,15}={0,2}(?=[ \t]*(?:\r?\n|$))/y;

/**
 * Puts a mark in the place of every private key, from its first line to its last, or to where it was cut off: a key
 * without an end must not swallow the rest of a report.
 */
export function redactKeys(text: string, mark: string): string {
  let result = '';
  let from = 0;
  for (const begin of text.matchAll(BEGIN)) {
    if (begin.index < from) continue;
    const start = begin.index + begin[0].length;
    const end = endOfKey(text, start);
    // A first line alone, as in code that looks for keys, is no secret.
    if (end === start) continue;
    result += text.slice(from, begin.index) + mark;
    from = end;
  }
  return result + text.slice(from);
}

function endOfKey(text: string, start: number): number {
  BODY.lastIndex = startOfBody(text, start);
  if (!BODY.test(text)) return start;
  const end = BODY.lastIndex;
  END.lastIndex = end;
  if (END.test(text)) return END.lastIndex;
  REST.lastIndex = end;
  return REST.test(text) ? REST.lastIndex : end;
}

// Behind lines like `Proc-Type: 4,ENCRYPTED`.
function startOfBody(text: string, start: number): number {
  LABEL.lastIndex = start;
  if (!LABEL.test(text)) return start;
  const [labels = ''] = text.slice(start, start + 200).split('-----', 1);
  return start + (FIRST_RUN.exec(labels)?.index ?? 0);
}
