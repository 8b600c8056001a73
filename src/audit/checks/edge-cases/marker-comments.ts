import { countOf } from '../../../findings/words.ts';
import { lineFinder } from '../../../source/lines.ts';
import { maskText } from '../../../source/mask.ts';
import type { CodeFile } from '../../../source/select.ts';
import type { Fact } from '../../check/check.ts';

const MARKER =
  /(?<![\w-])(?<mark>TODO|FIXME|HACK|XXX)(?<tail>\([^)\n]{0,40}\):?|:)?(?![\w,-])[ \t]*(?<rest>[^\n]*)/g;
const COMMENT_START = /(?:^|\s|\/)(?:\/\/+!?|\/\*+|\*|#+|--|<!--)[ \t]*$/;
/** A marker that names an issue is already tracked there. */
const TRACKED = /#\d+|https?:\/\/|\b[A-Z]{2,10}-\d+\b/;
const EXCERPT = 60;
const MAX_EXAMPLES = 3;

interface Marker {
  mark: string;
  rest: string;
  line: number;
}

/** Counts the marker comments of the files, and names the first of each kind. */
export function countMarkers(files: Iterable<CodeFile>): Fact[] {
  const found = new Map<string, { count: number; files: number; examples: string[] }>();
  for (const file of files) {
    if (!/TODO|FIXME|HACK|XXX/.test(file.text)) continue;
    for (const [mark, markers] of groupByMark(readMarkers(file))) {
      const sum = found.get(mark) ?? { count: 0, files: 0, examples: [] };
      found.set(mark, sum);
      sum.count += markers.length;
      sum.files += 1;
      if (sum.examples.length < MAX_EXAMPLES) sum.examples.push(describeMarker(file.path, markers[0]));
    }
  }
  return [...found].sort().flatMap(([mark, { count, files: inFiles, examples }]) => [
    {
      topic: 'Marker comments',
      text: `${mark}: ${count} in ${countOf(inFiles, 'file')}; ${examples.join('; ')}`,
    },
  ]);
}

function groupByMark(markers: readonly Marker[]): Map<string, Marker[]> {
  const groups = new Map<string, Marker[]>();
  for (const marker of markers) groups.set(marker.mark, [...(groups.get(marker.mark) ?? []), marker]);
  return groups;
}

function describeMarker(path: string, marker: Marker | undefined): string {
  return `${path}:${marker?.line ?? 1} ${(marker?.rest ?? '').slice(0, EXCERPT)}`.trim();
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
