import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { SWALLOWED_PATTERNS } from './swallowed-patterns.ts';
import { SWALLOWED_SYNTAX } from './swallowed-script.ts';

/** Reports errors that are caught, ignored or replaced without a trace. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, {
    patterns: SWALLOWED_PATTERNS,
    syntax: SWALLOWED_SYNTAX,
  });
  return reportHits(hits, notes, { numbers });
}
