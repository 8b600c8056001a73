import { isSample } from '../../source/kinds.ts';
import type { CodeFile } from '../../source/select.ts';
import type { Hit } from '../check/report.ts';
import type { RuleInfo } from './rule.ts';

/** The rules that apply to a file, by what they say about tests. */
export function applicable<T extends RuleInfo>(rules: readonly T[], file: Pick<CodeFile, 'test'>): T[] {
  return rules.filter(({ tests = 'skip' }) => tests === 'scan' || (tests === 'only') === file.test);
}

/** A hit of `rule`; what is only an example weighs less. */
export function hitOf(rule: RuleInfo, path: string, line: number, thing?: string): Hit {
  const severity = isSample(path) && rule.severity !== 'critical' ? 'minor' : rule.severity;
  const title = `${rule.id}: ${thing ?? rule.what}`;
  return { rule: rule.id, severity, title, path, line, detail: rule.why };
}
