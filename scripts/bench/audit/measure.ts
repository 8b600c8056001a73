import type { Check } from '../../../src/audit/check/check.ts';
import { CHECKS } from '../../../src/audit/checks/catalog.io.ts';
import { ruleOfTitle } from '../../../src/findings/rule.ts';
import type { SourceTree } from '../../../src/source/source-tree.ts';
import type { Snippet } from './corpus.ts';

/** Checks that judge single files, in which a rule of the corpus is looked for. */
export const FILE_CHECKS = [
  'dangerous-calls',
  'ci-permissions',
  'blocking-calls',
  'swallowed-errors',
  'skipped-tests',
  'leftover-markers',
  'logged-secrets',
];
const MEASURED_CHECKS = ['secrets', ...FILE_CHECKS];

/** What the audit says about one snippet. */
export interface Verdict {
  snippet: Snippet;
  rules: string[];
  isRight: boolean;
}

/** Runs the checks on each snippet as the only file of a project. A harmless snippet must have no finding of any rule. */
export async function judgeCorpus(snippets: readonly Snippet[]): Promise<Verdict[]> {
  const checks = await Promise.all(
    CHECKS.filter(({ id }) => MEASURED_CHECKS.includes(id)).map((entry) => entry.load()),
  );
  const verdicts: Verdict[] = [];
  for (const snippet of snippets) verdicts.push(await judge(snippet, checks));
  return verdicts;
}

async function judge(snippet: Snippet, checks: readonly Check[]): Promise<Verdict> {
  const { path, code, isFaulty, rule } = snippet;
  const file = { path, size: code.length, tracked: true, mode: 0o644, text: () => code };
  const tree: SourceTree = { root: '/nowhere', files: [file], git: true };
  const rules: string[] = [];
  for (const check of checks) {
    for (const { title } of (await check.run(tree)).findings) rules.push(ruleOfTitle(title) ?? title);
  }
  const isFound = rules.some((name) => isSame(rule, name));
  return { snippet, rules, isRight: isFaulty ? isFound : rules.length === 0 };
}

// `secret-*` means the rules of all kinds of secrets.
function isSame(wanted: string, said: string): boolean {
  return wanted.endsWith('*') ? said.startsWith(wanted.slice(0, -1)) : wanted === said;
}

/** Recall and precision of one rule, or of all. */
export interface Score {
  name: string;
  found: number;
  faulty: number;
  quiet: number;
  harmless: number;
}

/** Sums verdicts by rule and in all. */
export function scoreVerdicts(verdicts: readonly Verdict[]): { rules: Score[]; all: Score } {
  const rules = new Map<string, Score>();
  const all = newScore('all');
  for (const { snippet, isRight } of verdicts) {
    const score = rules.get(snippet.rule) ?? newScore(snippet.rule);
    rules.set(snippet.rule, score);
    for (const sum of [score, all]) {
      if (snippet.isFaulty) {
        sum.faulty += 1;
        sum.found += Number(isRight);
      } else {
        sum.harmless += 1;
        sum.quiet += Number(isRight);
      }
    }
  }
  return { rules: [...rules.values()], all };
}

function newScore(name: string): Score {
  return { name, found: 0, faulty: 0, quiet: 0, harmless: 0 };
}
