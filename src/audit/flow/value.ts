/** What is known about the value of an expression, from the least to the most dangerous. */
export const LEVELS = ['constant', 'unknown', 'built', 'request'] as const;
export type Level = (typeof LEVELS)[number];

/** The value of an expression at one place of a function. */
export interface Value {
  /** `built`: a text with inserted values; `request`: contains a value of a request. */
  level: Level;
  /** The literal text of the expression; each inserted value is a `HOLE`. */
  text: string;
}

/** Marks an inserted value in `Value.text`. */
export const HOLE = '\uE000';

export const CONSTANT: Value = { level: 'constant', text: '' };

/** What a value is used for; it decides which functions make the value harmless. */
export type Purpose = 'code' | 'shell' | 'sql' | 'markup' | 'path' | 'address' | 'data';

/** Returns whether a level is at least as dangerous as another. */
export function isLevelAtLeast(level: Level, bound: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(bound);
}

/** Returns the more dangerous of two levels. */
export function worse(a: Level, b: Level): Level {
  return isLevelAtLeast(a, b) ? a : b;
}

const SQL =
  /\b(?:select\b[^;]*\bfrom\b|insert\s+(?:ignore\s+)?into\b|replace\s+into\b|update\b[^;]*\bset\b|delete\s+from\b|merge\s+into\b|drop\s+(?:table|database|user)\b|(?:create|alter)\s+(?:table|user)\b|union\s+(?:all\s+)?select\b|where\b[^;]*(?:[=<>]|\blike\b|\bin\b)|call\s+\w+\s*\()/i;
/** Text before a place that takes a name and no value; a name cannot be a parameter of a statement. */
const NAME_PLACE =
  /(?:\b(?:from|into|update|table|join|select|distinct|by|as|index|on|database|schema|pragma|view|column|limit|offset|exists|collate|user|use|set|asc|desc|returning|where|and|or|add|drop|to)\s+|,\s*|\.\s*|[[("`]\s*["`]?|\uE000\s*)$/i;

/** Returns whether a text is an SQL statement, or the rest of one after `where`, with a hole at the place of a value. */
export function hasSqlHole({ text, level }: Value): boolean {
  if (!SQL.test(text)) return false;
  if (level === 'request') return true;
  const parts = text.split(HOLE);
  return parts.slice(0, -1).some((before, index) => !isNamePlace(before, parts[index + 1] ?? ''));
}

// `("` and `[` open a quoted name; `'` and `= ` precede a value, and so does `(` after `in` or `values`.
function isNamePlace(before: string, after: string): boolean {
  if (/'[^']*$/.test(before) && (before.split("'").length - 1) % 2 === 1 && after.includes("'")) return false;
  if (/[=<>]\s*["']?%?$|\blike\s+["']?%?$|\b(?:in|values)\s*\(\s*["']?$/i.test(before)) return false;
  return before.trim() === '' || NAME_PLACE.test(before);
}

/** Returns whether a text fixes the host of an address, or that it stays on this site. */
export function hasFixedHost({ text }: Value): boolean {
  return /^\s*(?:https?:\/\/[\w.-]+(?::\d+)?[/?#]|\/(?![/\\\uE000])|[?#]|\.\.?\/)/.test(text);
}

/** Returns whether a text contains markup. */
export function hasMarkup({ text }: Value): boolean {
  return /<\/?[a-z!]/i.test(text);
}
