import { isTest } from '../../../source/kinds.ts';
import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';

// All three markers must be there in order, because a line of `=` alone is a heading.
const CONFLICT = /^<{7}(?: .*)?\r?\n(?:(?!>{7}).*\r?\n)*?={7}\r?\n(?:(?!<{7}).*\r?\n)*?>{7}(?: .*)?$/gm;

/** Finds conflict markers of an unfinished merge. */
export function findConflicts(file: SourceFile): Hit[] {
  const text = file.text();
  if (text === undefined || !text.includes('<<<<<<<') || !text.includes('>>>>>>>')) return [];
  const lineOf = lineFinder(text);
  return [...text.matchAll(CONFLICT)].map(
    (match): Hit => ({
      rule: 'merge-conflict',
      // A tool for merges keeps conflicts as test data.
      severity: isTest(file.path) ? 'minor' : 'critical',
      title: 'merge-conflict: markers of an unfinished merge',
      path: file.path,
      line: lineOf(match.index),
      detail: 'The file contains both versions and is invalid; keep one version and remove the markers.',
    }),
  );
}
