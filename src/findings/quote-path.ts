import { pathBytes } from '../system/files/path-bytes.ts';

/** Characters that a reader cannot see or that would end the quotes. Of white space, single inner blanks are visible. */
const SPECIAL = /["\\]|[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800]|(?! )\s|^ | $|(?<= ) /gu;
const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Formats a path for a human, on one line: as it is, or in double quotes in git's way (`"a\nb"`, other bytes as `\ooo`) if it has quotes, backslashes,
 * line ends, invisible characters, double blanks or bytes that are not UTF-8. Different paths have different forms. `isForced` always quotes, and
 * also writes `:` and `#` as bytes, so that no part of it reads as a path with a line.
 */
export function quotePath(path: string, isForced = false): string {
  const quoted = path.replace(SPECIAL, (character) => NAMED[character] ?? octal(character));
  if (!isForced) return quoted === path ? path : `"${quoted}"`;
  return `"${quoted.replace(/[:#]/g, octal)}"`;
}

function octal(character: string): string {
  return Array.from(pathBytes(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
