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
  const found: Hit[] = onePerFile(hits, { 'not-implemented': 1, debugger: 1 }).map(weighTests);
  for (const file of tree.files) {
    if (!isForeignPath(file.path) && !isProse(file.path)) found.push(...findConflicts(file));
  }
  return reportHits(found, notes, { numbers: [...numbers, ...countMarkers(selectCode(tree))] });
}

// A debugger in a test stops no user’s program.
function weighTests(hit: Hit): Hit {
  return isTest(hit.path ?? '') ? { ...hit, severity: 'minor' } : hit;
}
