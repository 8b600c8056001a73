import { compareByPlace } from '../../findings/compare-text.ts';
import type { Finding } from '../../findings/finding.ts';
import type { CheckResult, Fact } from './check.ts';

/** A finding and its rule. */
export interface Hit extends Finding {
  rule: string;
  /** Of a value that was followed: what is known about it. */
  level?: 'unknown' | 'built' | 'request';
  /** The reason of a mark in the code that suppresses it. */
  suppressed?: string;
}

/** What a check reports besides findings and notes. */
export interface ReportExtras {
  unchecked?: readonly string[];
  numbers?: readonly Fact[];
}

/** Sorts findings and drops repeats; lists all of them. */
export function reportHits(
  hits: readonly Hit[],
  notes: readonly string[],
  { unchecked = [], numbers = [] }: ReportExtras = {},
): CheckResult {
  const sorted = dropRepeats([...hits].sort(compareByPlace));
  const suppressed = sorted.flatMap(({ rule: _, level: __, suppressed: reason, ...finding }) =>
    reason === undefined ? [] : [{ ...cleaned(finding), reason: oneLine(reason) }],
  );
  return {
    findings: sorted
      .filter((hit) => hit.suppressed === undefined)
      .map(({ rule: _, level: __, ...hit }) => cleaned(hit)),
    notes: [...notes],
    ...(unchecked.length === 0 ? {} : { unchecked: [...unchecked] }),
    ...(numbers.length === 0 ? {} : { numbers: numbers.map(cleanFact) }),
    ...(suppressed.length === 0 ? {} : { suppressed }),
  };
}

function cleanFact({ topic, text }: Fact): Fact {
  return { topic: oneLine(topic), text: oneLine(text) };
}

function dropRepeats(sorted: readonly Hit[]): Hit[] {
  return sorted.filter((hit, i) => {
    const last = sorted[i - 1];
    return !last || last.title !== hit.title || last.path !== hit.path || last.line !== hit.line;
  });
}

// A file name can contain a newline; a title and a detail are one line each.
function cleaned(finding: Finding): Finding {
  const { title, detail, ...rest } = finding;
  return { ...rest, title: oneLine(title), ...(detail === undefined ? {} : { detail: oneLine(detail) }) };
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/**
 * Merges the hits of each rule in `rules` to one hit per file, `rule: what (12 times)`. The value in `rules` is the least
 * number of hits; a file with fewer has none.
 */
export function onePerFile(hits: readonly Hit[], rules: Record<string, number>): Hit[] {
  const counted = new Map<string, Hit[]>();
  for (const hit of hits) {
    if (rules[hit.rule] === undefined || hit.suppressed !== undefined) continue;
    const key = `${hit.rule}\0${hit.path}`;
    counted.set(key, [...(counted.get(key) ?? []), hit]);
  }
  const merged = [...counted.values()].flatMap((group) => {
    const [first] = [...group].sort(compareByPlace);
    if (!first || group.length < (rules[first.rule] ?? 1)) return [];
    return [group.length === 1 ? first : { ...first, title: `${first.title} (${group.length} times)` }];
  });
  return [...hits.filter((hit) => rules[hit.rule] === undefined || hit.suppressed !== undefined), ...merged];
}
