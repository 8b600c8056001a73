import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { LOGGED_PATTERNS, LOGGED_SYNTAX } from './logged-rules.ts';

/** Reports passwords, tokens and card numbers that the code writes to a log. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, { patterns: LOGGED_PATTERNS, syntax: LOGGED_SYNTAX });
  return reportHits(hits, notes, { numbers });
}
