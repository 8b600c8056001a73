/** Parses JSON; undefined if the text is missing or invalid, because only one check reports invalid manifests. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // The caller decides whether an invalid file is a finding.
    return undefined;
  }
}

export type Json = Record<string, unknown>;

/** Returns whether a value is an object and neither null nor an array. */
export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a member of an object if it is an object, else an empty object. */
export function recordIn(value: unknown, key: string): Json {
  const member = isRecord(value) ? value[key] : undefined;
  return isRecord(member) ? member : {};
}

/** Returns a member of an object if it is a string. */
export function textIn(value: unknown, key: string): string | undefined {
  const member = isRecord(value) ? value[key] : undefined;
  return typeof member === 'string' ? member : undefined;
}
