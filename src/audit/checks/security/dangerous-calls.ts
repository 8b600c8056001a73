import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { type Hit, reportHits } from '../../check/report.ts';
import { scanCode } from '../../rules/scan.ts';
import { DANGEROUS_PATTERNS } from './dangerous-patterns.ts';
import { SCRIPT_RULES } from './dangerous-script.ts';
import { FLOW_RULES } from './flow-rules.ts';

const TOOL_PATH =
  /(?:^|\/)(?:scripts?|tools?|tasks?|build|ci|\.github)\/|(?:^|\/)(?:gulpfile|gruntfile|just-task|rakefile)\b/i;

// In a developer's script the values of a command rarely come from outside.
function weighTools(hit: Hit): Hit {
  const isCommand = hit.rule === 'shell-injection';
  return isCommand && TOOL_PATH.test(hit.path ?? '') ? { ...hit, severity: 'minor' } : hit;
}

/** Reports calls that turn a value into code, a command or markup. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, {
    patterns: DANGEROUS_PATTERNS,
    syntax: SCRIPT_RULES,
    flows: FLOW_RULES,
  });
  return reportHits(hits.map(weighTools), notes, { numbers });
}
