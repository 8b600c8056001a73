import type { AuditTree, CheckResult } from '../../check.ts';
import { reportHits } from '../../report.ts';
import { scanCode } from '../../rules/scan.ts';
import { DANGEROUS_PATTERNS } from './dangerous-patterns.ts';
import { SCRIPT_RULES } from './dangerous-script.ts';

export async function run(tree: AuditTree): Promise<CheckResult> {
  const { hits, notes } = await scanCode(tree, { patterns: DANGEROUS_PATTERNS, syntax: SCRIPT_RULES });
  return reportHits(hits, notes);
}
