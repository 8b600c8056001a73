import { CHECKS } from '../src/audit/checks/catalog.io.ts';
import type { Finding } from '../src/findings/finding.ts';
import { ruleOfTitle } from '../src/findings/rule.ts';
import type { SourceTree } from '../src/source/source-tree.ts';
import { readCorpus, type Snippet } from './bench/audit/corpus.ts';
import { FILE_CHECKS } from './bench/audit/measure.ts';
import { GENERAL_FINDS, RULE_TEXTS, type RuleText } from './rule-texts.ts';

/** Collects the texts of all rules: from the corpus and what the checks say about it, and from the table of the others. */
export async function collectRules(): Promise<RuleText[]> {
  const checks = await Promise.all(
    CHECKS.filter(({ id }) => FILE_CHECKS.includes(id)).map((entry) => entry.load()),
  );
  const described = new Set(RULE_TEXTS.map(({ rule }) => rule));
  const snippets = groupByRule(readCorpus());
  const texts: RuleText[] = [];
  for (const [rule, examples] of snippets) {
    if (described.has(rule)) continue;
    const good = examples.find(({ isFaulty }) => !isFaulty)?.code ?? '';
    for (const example of examples.filter(({ isFaulty }) => isFaulty)) {
      const found = await findRule(rule, example, checks);
      if (!found) continue;
      texts.push({ rule, ...found, bad: example.code.trimEnd(), good: good.trimEnd() });
      break;
    }
  }
  return [...texts, ...RULE_TEXTS].sort((a, b) => orderOf(a) - orderOf(b) || (a.rule < b.rule ? -1 : 1));
}

const orderOf = ({ check }: RuleText) => CHECKS.findIndex(({ id }) => id === check);

function groupByRule(snippets: readonly Snippet[]): Map<string, Snippet[]> {
  const groups = new Map<string, Snippet[]>();
  for (const snippet of snippets) groups.set(snippet.rule, [...(groups.get(snippet.rule) ?? []), snippet]);
  return groups;
}

type LoadedCheck = { id: string; run(tree: SourceTree): Promise<{ findings: Finding[] }> };

async function findRule(
  rule: string,
  { path, code }: Snippet,
  checks: readonly LoadedCheck[],
): Promise<Pick<RuleText, 'check' | 'severity' | 'finds' | 'why'> | undefined> {
  const file = { path, size: code.length, tracked: true, mode: 0o644, text: () => code };
  for (const check of checks) {
    const { findings } = await check.run({ root: '/nowhere', files: [file], git: true });
    const found = findings.find(({ title }) => ruleOfTitle(title) === rule);
    if (found)
      return {
        check: check.id,
        severity: found.severity,
        finds: GENERAL_FINDS[rule] ?? found.title.slice(rule.length + 2),
        why: found.detail ?? '',
      };
  }
  return undefined;
}

/** Renders docs/rules.md. */
export async function renderRules(note: string): Promise<string> {
  const rules = await collectRules();
  const checks = CHECKS.filter(({ id }) => rules.some(({ check }) => check === id));
  return [
    '# The rules of the audit',
    '',
    note,
    '',
    'What each rule of the built-in checks finds, why it matters and how to fix it, with a bad and a good example. Other tools describe their rules',
    'themselves; a finding of such a tool links to its page.',
    '',
    'To suppress one finding, end its line with a comment that names the rule and gives a reason:',
    '',
    '```text',
    'sao-ignore: RULE reason',
    '```',
    '',
    'To switch a rule off or to change its severity for a project, write it into `.orchestration/config.json`:',
    '',
    '```json',
    '{ "audit": { "rules": { "unpinned-action": "off", "empty-catch": "major" } } }',
    '```',
    '',
    ...checks.flatMap(({ id, title }) => [
      `## ${id}`,
      '',
      title,
      '',
      ...rules.filter(({ check }) => check === id).flatMap(renderRule),
    ]),
  ].join('\n');
}

function renderRule({ rule, severity, finds, why, bad, good }: RuleText): string[] {
  return [
    `### ${rule}`,
    '',
    `${severity}: ${finds}.`,
    '',
    ...(why === '' ? [] : [why, '']),
    'Bad:',
    '',
    ...codeBlock(bad),
    'Good:',
    '',
    ...codeBlock(good),
  ];
}

function codeBlock(code: string): string[] {
  return ['```text', ...code.split('\n'), '```', ''];
}
