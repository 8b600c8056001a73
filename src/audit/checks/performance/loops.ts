import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { LOOP_PATTERNS } from './loop-patterns.ts';
import { LOOP_SYNTAX } from './loop-script.ts';

/** Reports loops whose cost grows faster than their input. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes } = await scanCode(tree, { patterns: LOOP_PATTERNS, syntax: LOOP_SYNTAX });
  // A migration or a seed runs once and often must run in order.
  const lasting = hits.filter(
    ({ path = '' }) => !/(?:^|\/)(?:migrations?|seeds?|seeders|db\/migrate)\//i.test(path),
  );
  return reportHits(lasting, notes);
}
