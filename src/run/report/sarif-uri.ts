import { hasEscapedBytes, pathBytes } from '../../system/files/path-bytes.ts';

/** Formats a path for SARIF: relative to the project and percent-encoded, or a file URI for an absolute path. */
export function sarifUri(path: string): { uri: string; uriBaseId?: string } {
  if (path.startsWith('/')) return { uri: `file://${encodePath(path)}` };
  const [, drive, rest = ''] = /^([A-Za-z]:)(\/.*)$/.exec(path) ?? [];
  if (drive) return { uri: `file:///${drive}${encodePath(rest)}` };
  return { uri: encodePath(path), uriBaseId: '%SRCROOT%' };
}

// Segment by segment: a colon or a question mark in a name must not become a scheme or a query.
function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => Array.from(segment, encodeCharacter).join(''))
    .join('/');
}

// A byte that is not UTF-8 is a byte in the URI too.
function encodeCharacter(character: string): string {
  if (character === '@') return character;
  if (hasEscapedBytes(character)) return `%${pathBytes(character).toString('hex').toUpperCase()}`;
  return encodeURIComponent(character.replace(/\p{Cs}/u, '\ufffd'));
}
