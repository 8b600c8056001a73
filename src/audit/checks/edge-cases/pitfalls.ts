import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { PITFALL_PATTERNS } from './pitfall-patterns.ts';
import { PITFALL_SYNTAX } from './pitfall-script.ts';

/** Reports code that does not do what it seems to do. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes } = await scanCode(tree, { patterns: PITFALL_PATTERNS, syntax: PITFALL_SYNTAX });
  return reportHits(hits, notes);
}
