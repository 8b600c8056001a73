import { isForeignPath, isProse, isTest } from '../../../source/kinds.ts';
import { selectCode } from '../../../source/select.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, onePerFile, reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { LEFTOVER_PATTERNS, LEFTOVER_SYNTAX } from './leftover-rules.ts';
import { countMarkers } from './marker-comments.ts';
import { findConflicts } from './merge-conflicts.ts';

/** Reports merge conflicts, debugger calls and unimplemented functions, and counts TODO comments. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, {
    patterns: LEFTOVER_PATTERNS,
    syntax: LEFTOVER_SYNTAX,
  });
  const found: Hit[] = onePerFile(dropInterfaces(hits), { 'not-implemented': 1, debugger: 1 }).map(
    weighTests,
  );
  for (const file of tree.files) {
    if (!isForeignPath(file.path) && !isProse(file.path)) found.push(...findConflicts(file));
  }
  return reportHits(found, notes, { numbers: [...numbers, ...countMarkers(selectCode(tree))] });
}

/** A file with more functions that are not implemented is an interface for subclasses. */
const MAX_UNFINISHED = 3;

function dropInterfaces(hits: readonly Hit[]): Hit[] {
  const counts = new Map<string, number>();
  for (const { rule, path = '' } of hits)
    if (rule === 'not-implemented') counts.set(path, (counts.get(path) ?? 0) + 1);
  return hits.filter(
    ({ rule, path = '' }) => rule !== 'not-implemented' || (counts.get(path) ?? 0) <= MAX_UNFINISHED,
  );
}

// A debugger in a test stops no user’s program.
function weighTests(hit: Hit): Hit {
  return isTest(hit.path ?? '') ? { ...hit, severity: 'minor' } : hit;
}
