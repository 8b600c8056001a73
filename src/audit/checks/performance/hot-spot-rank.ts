import { compareText } from '../../../findings/compare-text.ts';
import { countOf } from '../../../findings/words.ts';
import type { SourceFile } from '../../../source/source-tree.ts';
import type { Fact } from '../../check/check.ts';

/** Commits that changed a path, and lines added plus lines removed. */
export interface Churn {
  commits: number;
  lines: number;
}

export interface History {
  /** Number of commits that were read. */
  commits: number;
  byPath: ReadonlyMap<string, Churn>;
}

/**
 * Reads the output of `git log --numstat -z --format=%x01`: records end with NUL, a commit begins with byte 1. Paths
 * outside `prefix` are ignored; the others are returned relative to it.
 */
export function readNumstat(log: string, prefix: string): History {
  const byPath = new Map<string, Churn>();
  let commits = 0;
  for (const record of log.split('\0')) {
    commits += record.split('\u0001').length - 1;
    const [, added, removed, path] = /(\d+)\t(\d+)\t([\s\S]+)$/.exec(record) ?? [];
    if (path === undefined || !path.startsWith(prefix)) continue;
    const own = path.slice(prefix.length);
    const churn = byPath.get(own) ?? { commits: 0, lines: 0 };
    byPath.set(own, { commits: churn.commits + 1, lines: churn.lines + Number(added) + Number(removed) });
  }
  return { commits, byPath };
}

export interface HotSpot extends Churn {
  path: string;
  size: number;
  score: number;
}

const LISTED = 10;
const MIN_HISTORY = 20;
const MIN_COMMITS = 8;
const MIN_LINES = 250;

/** Returns at most 10 files that change often and are large, highest score (commits × lines) first. */
export function rankHotSpots(
  files: readonly Pick<SourceFile, 'path' | 'text'>[],
  history: History,
): HotSpot[] {
  if (history.commits < MIN_HISTORY) return [];
  const spots = files.flatMap((file): HotSpot[] => {
    const churn = history.byPath.get(file.path);
    if (!churn || churn.commits < MIN_COMMITS) return [];
    const size = countLines(file.text() ?? '');
    return size < MIN_LINES ? [] : [{ path: file.path, size, ...churn, score: churn.commits * size }];
  });
  return spots.sort((a, b) => b.score - a.score || compareText(a.path, b.path)).slice(0, LISTED);
}

function countLines(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}

/** Returns the statistic of a hot spot. */
export function describeHotSpot(spot: HotSpot): Fact {
  return {
    topic: 'Hot spots',
    text: `${spot.path}: ${countOf(spot.commits, 'change')} × ${countOf(spot.size, 'line')}, ${countOf(spot.lines, 'line')} added or removed`,
  };
}
