import { cleanText, MAX } from '../../findings/clean-text.ts';
import type { SuppressedFinding } from '../../findings/finding.ts';
import { readSuppressed } from '../../findings/read-findings.ts';
import { isNumbersTitle } from '../../findings/sections.ts';
import { countOf } from '../../findings/words.ts';
import { toPlace } from './place.ts';
import { isDone, type ReportAgent, type ReportNumbers, type ReportSuppression } from './report-types.ts';
import { readBullets } from './unchecked.ts';

/** Collects the statistics of built-in checks by topic, in the order of the checks; equal lines of several checks are one. */
export function collectNumbers(agents: readonly ReportAgent[]): ReportNumbers[] {
  const topics = new Map<string, Set<string>>();
  for (const { text = '' } of agents.filter(isProgram)) {
    if (!/^## Numbers/m.test(text)) continue;
    for (const bullet of readBullets(text, isNumbersTitle)) {
      const [, topic = '', item = ''] = /^([^:]{1,80}): (.+)$/.exec(cleanText(bullet, MAX.note)) ?? [];
      if (item !== '') topics.set(topic, (topics.get(topic) ?? new Set()).add(item));
    }
  }
  return [...topics].map(([topic, items]) => ({ topic, items: [...items] }));
}

/** Collects the findings that marks in the code suppress. */
export function collectSuppressed(agents: readonly ReportAgent[], project: string): ReportSuppression[] {
  return agents.filter(isProgram).flatMap((agent) =>
    suppressedOf(agent, project).map(
      ({ rule, title, path, line, reason }): ReportSuppression => ({
        ...{ rule: rule ?? null, title, ...toPlace(path), line: line ?? null },
        ...{ reason, worker: agent.id },
      }),
    ),
  );
}

/** Data where there is some: a finding's text could look like another entry. Any other command can print what it likes, and suppresses nothing. */
function suppressedOf(
  { suppressed, findings, isOfEngine, text = '' }: ReportAgent,
  project: string,
): readonly SuppressedFinding[] {
  if (suppressed) return suppressed;
  return isOfEngine === true && findings === undefined ? readSuppressed(text, project) : [];
}

/** Returns the note on suppressed findings, or nothing if there are none. */
export function noteSuppressed(suppressed: readonly ReportSuppression[]): string[] {
  if (suppressed.length === 0) return [];
  const are = suppressed.length === 1 ? 'is' : 'are';
  return [`${countOf(suppressed.length, 'finding')} ${are} suppressed by \`sao-ignore\` marks in the code.`];
}

// Only programs of the plan have no model; what an agent writes is no measurement.
function isProgram(agent: ReportAgent): boolean {
  return agent.role === 'worker' && agent.model === null && isDone(agent);
}
