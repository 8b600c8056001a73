export type KeyPath = (string | number)[];

/** A string, a bracket or a comma of JSON. Numbers, words and colons do not change where in the document the next key is. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/** An object or list that the scan is inside of. */
interface Container {
  /** The keys of an object so far; undefined for a list. */
  keys: Set<string> | undefined;
  /** The key or index of the value that the scan is at. */
  place: string | number;
  isAtKey: boolean;
}

/**
 * Finds the keys that an object of a JSON text has more than once; `JSON.parse` keeps only the last of them.
 * @param text valid JSON.
 * @returns the path of each repeated key, in the order of the text.
 */
export function findDuplicateKeys(text: string): KeyPath[] {
  const duplicates: KeyPath[] = [];
  const containers: Container[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    const container = containers.at(-1);
    if (token === '{') containers.push({ keys: new Set(), place: '', isAtKey: true });
    else if (token === '[') containers.push({ keys: undefined, place: 0, isAtKey: false });
    else if (token === '}' || token === ']') containers.pop();
    else if (container && token === ',') moveOn(container);
    else if (container?.isAtKey && readKey(container, token))
      duplicates.push(containers.map(({ place }) => place));
  }
  return duplicates;
}

/** Moves to the next key or item after a comma. */
function moveOn(container: Container): void {
  if (typeof container.place === 'number') container.place += 1;
  else container.isAtKey = true;
}

/** Moves to the value of a key. Returns whether the object had the key before. */
function readKey(container: Container, token: string): boolean {
  const key = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  const isRepeated = container.keys?.has(key) ?? false;
  container.keys?.add(key);
  container.place = key;
  container.isAtKey = false;
  return isRepeated;
}
