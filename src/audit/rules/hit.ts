import { isSample, isVendored } from '../../source/kinds.ts';
import type { CodeFile } from '../../source/select.ts';
import type { Hit } from '../check/report.ts';
import type { RuleInfo } from './rule.ts';

/**
 * Returns the rules that apply to a file, by their `tests` option. In samples and in code of other projects only serious faults are worth a line, because
 * the project does not run the one and cannot change the other.
 */
export function applicable<T extends RuleInfo>(
  rules: readonly T[],
  file: Pick<CodeFile, 'test' | 'path'>,
): T[] {
  const isMinor = isSample(file.path) || isVendored(file.path);
  return rules.filter(
    ({ tests = 'skip', severity }) =>
      (tests === 'scan' || (tests === 'only') === file.test) && !(isMinor && severity === 'minor'),
  );
}

/** Returns a hit of `rule`; in a sample or in code of another project its severity is minor unless it is critical. `thing` replaces `rule.what`. */
export function hitOf(rule: RuleInfo, path: string, line: number, thing?: string): Hit {
  const severity =
    (isSample(path) || isVendored(path)) && rule.severity !== 'critical' ? 'minor' : rule.severity;
  const title = `${rule.id}: ${thing ?? rule.what}`;
  return { rule: rule.id, severity, title, path, line, detail: rule.why };
}
