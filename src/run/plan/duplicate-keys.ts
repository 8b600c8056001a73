const AFTER = /\s*:/y;

/** An object or a list that is open at this place of the text. */
interface Open {
  /** The keys of an object so far; undefined for a list. */
  keys: Set<string> | undefined;
  /** The key, or the position in a list, of the value that is being read. */
  at: string | number;
}

/** The paths of keys that an object has twice, in the order of the text, which must be valid JSON: its parser keeps only the last. */
export function duplicateKeys(text: string): (string | number)[][] {
  const found: (string | number)[][] = [];
  const stack: Open[] = [];
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character !== '"') {
      step(stack, character);
      continue;
    }
    const end = endOfString(text, i);
    const top = stack.at(-1);
    if (top?.keys && isKey(text, end)) {
      top.at = JSON.parse(text.slice(i, end)) as string;
      if (top.keys.has(top.at)) found.push(stack.map(({ at }) => at));
      top.keys.add(top.at);
    }
    i = end - 1;
  }
  return found;
}

function step(stack: Open[], mark: string): void {
  const top = stack.at(-1);
  if (mark === '{') stack.push({ keys: new Set(), at: '' });
  else if (mark === '[') stack.push({ keys: undefined, at: 0 });
  else if (mark === '}' || mark === ']') stack.pop();
  else if (mark === ',' && typeof top?.at === 'number') top.at += 1;
}

/** The position after the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  AFTER.lastIndex = end;
  return AFTER.test(text);
}
