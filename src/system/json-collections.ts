const MAP = '$map';
const SET = '$set';

/**
 * Returns a value for JSON in which maps and sets are objects with one key. Returns undefined if an object of the value has such a
 * key itself, because it could not be told from a map then.
 */
export function encodeCollections(value: unknown): unknown {
  try {
    return encode(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function encode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Map) return { [MAP]: [...value].map(([key, entry]) => [encode(key), encode(entry)]) };
  if (value instanceof Set) return { [SET]: [...value].map(encode) };
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      if (key === MAP || key === SET || key === '__proto__')
        throw new RangeError(`the key ${key} is reserved`);
      return [key, encode(entry)];
    }),
  );
}

/** Reverses `encodeCollections`. */
export function decodeCollections(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decodeCollections);
  const entries = Object.entries(value);
  const [[key, content] = ['', undefined]] = entries;
  if (key === MAP && Array.isArray(content))
    return new Map(content.map((pair) => decodeCollections(pair) as [unknown, unknown]));
  if (key === SET && Array.isArray(content)) return new Set(content.map(decodeCollections));
  return Object.fromEntries(entries.map(([name, entry]) => [name, decodeCollections(entry)]));
}
