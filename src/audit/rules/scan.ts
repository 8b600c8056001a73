import { countOf } from '../../findings/words.ts';
import type { Language } from '../../source/languages.ts';
import { lineFinder } from '../../source/lines.ts';
import { type Masked, maskText } from '../../source/mask.ts';
import { type CodeFile, selectCode } from '../../source/select.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import type { Fact } from '../check/check.ts';
import { describeLeftOut } from '../check/describe-left-out.ts';
import type { Hit } from '../check/report.ts';
import { findReason } from '../check/suppress.ts';
import type { FlowRule } from './flow-rule.ts';
import { applicable, hitOf } from './hit.ts';
import { matchFlow } from './match-flow.ts';
import type { PatternRule, SyntaxRule } from './rule.ts';

export interface RuleBook {
  patterns: readonly PatternRule[];
  syntax: readonly SyntaxRule[];
  flows?: readonly FlowRule[];
}

export interface ScanResult {
  hits: Hit[];
  notes: string[];
  /** The files that were not read. */
  numbers: Fact[];
}

const SCRIPTS: readonly Language[] = ['js', 'ts'];

/** Runs all rules of a book over the code of a tree. */
export async function scanCode(tree: SourceTree, book: RuleBook): Promise<ScanResult> {
  const scripts = book.syntax.length > 0 ? SCRIPTS : [];
  const languages = new Set([
    ...[...book.patterns, ...(book.flows ?? [])].flatMap((rule) => rule.languages),
    ...scripts,
  ]);
  const scan = { hits: [] as Hit[], files: 0, unparsed: 0 };
  for (const file of selectCode(tree, languages)) {
    scan.files += 1;
    const parsed = await matchScript(file, book.syntax);
    if (!parsed) scan.unparsed += 1;
    scan.hits.push(
      ...markSuppressed(file.text, [...matchPatterns(file, book.patterns, book.flows), ...(parsed ?? [])]),
    );
  }
  return { hits: scan.hits, notes: describeScan(scan, languages), numbers: describeLeftOut(tree) };
}

// Loads the parser with the first script that needs it. Returns undefined if the script cannot be parsed.
async function matchScript(file: CodeFile, rules: readonly SyntaxRule[]): Promise<Hit[] | undefined> {
  if (!SCRIPTS.includes(file.language)) return [];
  const relevant = applicable(rules, file).filter((rule) => rule.hint.test(file.text));
  if (relevant.length === 0) return [];
  const { matchSyntax } = await import('./syntax.ts');
  return matchSyntax(file, relevant);
}

// Marks are read here already, because a check may merge the hits of a file to one.
function markSuppressed(text: string, found: readonly Hit[]): Hit[] {
  if (!text.includes('sao-ignore')) return [...found];
  const lines = text.split(/\r?\n/);
  return found.map((hit) => {
    const reason = findReason(lines[(hit.line ?? 1) - 1], hit.rule);
    return reason === undefined ? hit : { ...hit, suppressed: reason };
  });
}

function describeScan(scan: { files: number; unparsed: number }, languages: Set<Language>) {
  const notes = [`Scanned ${countOf(scan.files, 'file')} of code (${[...languages].sort().join(', ')}).`];
  if (scan.unparsed > 0)
    notes.push(
      `${countOf(scan.unparsed, 'script')} could not be parsed, so syntax rules did not run on them.`,
    );
  return notes;
}

/** Returns the hits of pattern and flow rules in one file. */
export function matchPatterns(
  file: CodeFile,
  rules: readonly PatternRule[],
  flows: readonly FlowRule[] = [],
): Hit[] {
  const relevant = applicable(rules, file).filter((rule) => rule.languages.includes(file.language));
  const followed = applicable(flows, file).filter((rule) => rule.languages.includes(file.language));
  if (relevant.length + followed.length === 0) return [];
  const masked = maskText(file.text, file.language);
  const lineOf = lineFinder(file.text);
  const matched = relevant.flatMap((rule) =>
    matchesOf(rule, masked, file.text).map((offset) => hitOf(rule, file.path, lineOf(offset))),
  );
  return dropTwins([...matched, ...(followed.length === 0 ? [] : matchFlow(file, followed, masked))]);
}

// Several patterns of one rule may match the same call.
function dropTwins(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter(({ rule, line }) => !seen.has(`${rule}:${line}`) && seen.add(`${rule}:${line}`));
}

function matchesOf(rule: PatternRule, masked: Masked, source: string): number[] {
  const view = masked[rule.view ?? 'code'];
  const offsets: number[] = [];
  for (const match of view.matchAll(rule.pattern)) {
    const at = match.index + (match[0].length - match[0].trimStart().length);
    const start = source.lastIndexOf('\n', at - 1) + 1;
    const end = source.indexOf('\n', at);
    const line = source.slice(start, end < 0 ? undefined : end);
    if (!rule.unless?.(match, { line, before: view.slice(0, match.index), file: masked })) offsets.push(at);
  }
  return offsets;
}
