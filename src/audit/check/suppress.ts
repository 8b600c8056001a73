import type { Finding, SuppressedFinding } from '../../findings/finding.ts';
import { ruleOfTitle } from '../../findings/rule.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import type { CheckResult } from './check.ts';

/** The mark that suppresses findings of the named rules on its own line: `sao-ignore: RULE[, RULE] reason`; a rule of a tool is `bandit/B602`. */
export interface SuppressionMark {
  rules: string[];
  reason: string;
}

const MARK =
  /\bsao-ignore:[ \t]*(?<rules>[a-z][a-z0-9-]*(?:\/[\w@][\w./@+-]*)?(?:,[ \t]*[a-z][a-z0-9-]*(?:\/[\w@][\w./@+-]*)?)*)(?<reason>[ \t:—–-][^\n]*)?$/;
const COMMENT_END = /\s*(?:\*\/|-->|--\}\}|#\}|%>|["'`]?[,;)\]}]*)\s*$/;

/** Reads the mark of a line; undefined if the line has none, or if it names no rule or no reason. */
export function readMark(line: string): SuppressionMark | undefined {
  if (!line.includes('sao-ignore')) return undefined;
  const { rules = '', reason = '' } = MARK.exec(line.trimEnd())?.groups ?? {};
  const said = reason
    .replace(COMMENT_END, '')
    .replace(/^[\s:—–-]+/, '')
    .trim();
  return rules === '' || !/\p{L}/u.test(said) ? undefined : { rules: rules.split(/,[ \t]*/), reason: said };
}

/** Returns the reason why a mark on the line suppresses findings of this rule; undefined if none does. */
export function findReason(line: string | undefined, rule: string): string | undefined {
  const mark = line === undefined ? undefined : readMark(line);
  return mark?.rules.includes(rule) ? mark.reason : undefined;
}

/** Moves the findings whose own line has a mark for their rule to `suppressed`, and notes marks that suppress nothing there. */
export function suppressFindings(tree: SourceTree, result: CheckResult): CheckResult {
  const linesOf = lineReader(tree);
  const findings: Finding[] = [];
  const suppressed: SuppressedFinding[] = [...(result.suppressed ?? [])];
  const notes: string[] = [];
  for (const finding of result.findings) {
    const line = finding.path && finding.line ? linesOf(finding.path)?.[finding.line - 1] : undefined;
    const reason = findReason(line, ruleOfTitle(finding.title) ?? '');
    if (reason !== undefined) suppressed.push({ ...finding, reason });
    else findings.push(finding);
    if (reason === undefined && line?.includes('sao-ignore')) notes.push(describeIdleMark(finding));
  }
  return {
    ...result,
    findings,
    notes: [...result.notes, ...new Set(notes)],
    ...(suppressed.length === 0 ? {} : { suppressed }),
  };
}

function describeIdleMark({ title, path, line }: Finding): string {
  const rule = ruleOfTitle(title) ?? title;
  return `${path}:${line}: sao-ignore does not suppress ${rule} here; write \`sao-ignore: ${rule} reason\`.`;
}

function lineReader(tree: SourceTree): (path: string) => readonly string[] | undefined {
  const known = new Map<string, readonly string[] | undefined>();
  let files: Map<string, SourceTree['files'][number]> | undefined;
  return (path) => {
    if (known.has(path)) return known.get(path);
    files ??= new Map(tree.files.map((file) => [file.path, file]));
    const text = files.get(path)?.text();
    // Only files with a mark are split.
    const lines = text?.includes('sao-ignore') ? text.split(/\r?\n/) : undefined;
    known.set(path, lines);
    return lines;
  };
}
