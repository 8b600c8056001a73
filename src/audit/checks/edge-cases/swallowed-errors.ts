import { isSample, isVendored } from '../../../source/kinds.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { onePerFile, reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { SWALLOWED_PATTERNS } from './swallowed-patterns.ts';
import { SWALLOWED_SYNTAX } from './swallowed-script.ts';

/** Habits of a file, which are one finding. */
const ONE_PER_FILE = {
  'printed-exception': 1,
  'ignored-error': 1,
  'rescue-nil': 1,
  'rescue-exception': 1,
  'bare-except': 1,
  'empty-catch-all': 1,
  'empty-rejection': 1,
};

/** Reports errors that are caught, ignored or replaced without a trace. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, {
    patterns: SWALLOWED_PATTERNS,
    syntax: SWALLOWED_SYNTAX,
  });
  const own = hits.filter(({ path = '' }) => !isSample(path) && !isVendored(path));
  return reportHits(onePerFile(own, ONE_PER_FILE), notes, { numbers });
}
