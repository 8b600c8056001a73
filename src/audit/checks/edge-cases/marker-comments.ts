import { lineFinder } from '../../../source/lines.ts';
import { maskText } from '../../../source/mask.ts';
import type { CodeFile } from '../../../source/select.ts';
import type { Hit } from '../../check/report.ts';

const MARKER =
  /(?<![\w-])(?<mark>TODO|FIXME|HACK|XXX)(?<tail>\([^)\n]{0,40}\):?|:)?(?![\w,-])[ \t]*(?<rest>[^\n]*)/g;
const COMMENT_START = /(?:^|\s|\/)(?:\/\/+!?|\/\*+|\*|#+|--|<!--)[ \t]*$/;
/** A marker that names an issue is already tracked there. */
const TRACKED = /#\d+|https?:\/\/|\b[A-Z]{2,10}-\d+\b/;
const EXCERPT = 80;

interface Marker {
  mark: string;
  rest: string;
  line: number;
}

/** Finds FIXME, HACK and XXX comments, one finding each, and the TODO comments of a file as one finding. */
export function findMarkers(file: CodeFile): Hit[] {
  if (!/TODO|FIXME|HACK|XXX/.test(file.text)) return [];
  const markers = readMarkers(file);
  const todos = markers.filter(({ mark }) => mark === 'TODO');
  const others = markers.filter(({ mark }) => mark !== 'TODO');
  return [...others.map((marker) => toHit(file.path, marker, 1)), ...summarizeTodos(file.path, todos)];
}

function summarizeTodos(path: string, todos: readonly Marker[]): Hit[] {
  const [first] = todos;
  return first ? [toHit(path, first, todos.length)] : [];
}

function readMarkers(file: CodeFile): Marker[] {
  const { comments } = maskText(file.text, file.language);
  const lineOf = lineFinder(file.text);
  return [...comments.matchAll(MARKER)]
    .filter((match) => isNote(match, comments) && !TRACKED.test(match[0]))
    .map((match) => {
      const { mark = '', rest = '' } = match.groups ?? {};
      return { mark, rest: rest.replace(/\*\/.*|-->.*/, '').trim(), line: lineOf(match.index) };
    });
}

// A marker starts the comment or is followed by a colon or a name; otherwise the comment only mentions the word.
function isNote(match: RegExpMatchArray, comments: string): boolean {
  const at = match.index ?? 0;
  const before = comments.slice(comments.lastIndexOf('\n', at - 1) + 1, at);
  return match.groups?.tail !== undefined || COMMENT_START.test(before.slice(-40));
}

function toHit(path: string, { mark, rest, line }: Marker, count: number): Hit {
  const rule = mark.toLowerCase();
  const said = rest === '' ? 'without a text' : rest.slice(0, EXCERPT);
  return {
    rule,
    severity: 'minor',
    title: `${rule}: ${said}${count > 1 ? ` (and ${count - 1} more in this file)` : ''}`,
    path,
    line,
    detail:
      'A comment reminds no one of the work; do it, open an issue and name it here, or delete the comment.',
  };
}
