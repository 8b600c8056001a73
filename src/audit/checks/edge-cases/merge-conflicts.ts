import { isTest } from '../../../source/kinds.ts';
import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';

/** All three in order, at the start of lines: a row of `=` alone is a heading. */
const CONFLICT = /^<{7}(?: .*)?\r?\n(?:(?!>{7}).*\r?\n)*?={7}\r?\n(?:(?!<{7}).*\r?\n)*?>{7}(?: .*)?$/gm;

/** Marks of a merge that nobody finished. */
export function findConflicts(file: SourceFile): Hit[] {
  const text = file.text();
  if (text === undefined || !text.includes('<<<<<<<') || !text.includes('>>>>>>>')) return [];
  const lineOf = lineFinder(text);
  return [...text.matchAll(CONFLICT)].map(
    (match): Hit => ({
      rule: 'merge-conflict',
      // A tool that works with conflicts keeps some as test data.
      severity: isTest(file.path) ? 'minor' : 'critical',
      title: 'merge-conflict: marks of an unfinished merge',
      path: file.path,
      line: lineOf(match.index),
      detail: 'The file is both versions and neither; choose, and take the marks out.',
    }),
  );
}
