import { countOf } from '../../findings/words.ts';
import type { Language } from '../../source/languages.ts';
import { lineFinder } from '../../source/lines.ts';
import { type Masked, maskText } from '../../source/mask.ts';
import { type CodeFile, selectCode } from '../../source/select.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import type { Hit } from '../check/report.ts';
import { applicable, hitOf } from './hit.ts';
import type { PatternRule, SyntaxRule } from './rule.ts';

export interface RuleBook {
  patterns: readonly PatternRule[];
  syntax: readonly SyntaxRule[];
}

export interface ScanResult {
  hits: Hit[];
  notes: string[];
}

const SCRIPTS: readonly Language[] = ['js', 'ts'];

/** Comments that mark a line as reviewed, of this and of other tools. */
const REVIEWED =
  /\b(?:sao-ignore|nosec|nosemgrep|NOSONAR|noqa|nolint|NOLINT|eslint-disable|biome-ignore|rubocop:disable|phpcs:ignore|noinspection|codeql\[)/;

/** Runs all rules of a book over the code of a tree; a line marked as reviewed yields no hit. */
export async function scanCode(tree: SourceTree, book: RuleBook): Promise<ScanResult> {
  const scripts = book.syntax.length > 0 ? SCRIPTS : [];
  const languages = new Set([...book.patterns.flatMap((rule) => rule.languages), ...scripts]);
  const scan = { hits: [] as Hit[], files: 0, reviewed: 0, unparsed: 0 };
  for (const file of selectCode(tree, languages)) {
    scan.files += 1;
    const parsed = await matchScript(file, book.syntax);
    if (!parsed) scan.unparsed += 1;
    const found = [...matchPatterns(file, book.patterns), ...(parsed ?? [])];
    const kept = dropReviewed(file.text, found);
    scan.reviewed += found.length - kept.length;
    scan.hits.push(...kept);
  }
  return { hits: scan.hits, notes: describeScan(scan, languages) };
}

// Loads the parser with the first script that needs it. Returns undefined if the script cannot be parsed.
async function matchScript(file: CodeFile, rules: readonly SyntaxRule[]): Promise<Hit[] | undefined> {
  if (!SCRIPTS.includes(file.language)) return [];
  const relevant = applicable(rules, file).filter((rule) => rule.hint.test(file.text));
  if (relevant.length === 0) return [];
  const { matchSyntax } = await import('./syntax.ts');
  return matchSyntax(file, relevant);
}

function dropReviewed(text: string, found: readonly Hit[]): Hit[] {
  if (found.length === 0) return [];
  const lines = text.split('\n');
  return found.filter((hit) => !isReviewed(lines, hit.line ?? 1));
}

function describeScan(scan: { files: number; reviewed: number; unparsed: number }, languages: Set<Language>) {
  const notes = [`Scanned ${countOf(scan.files, 'file')} of code (${[...languages].sort().join(', ')}).`];
  if (scan.unparsed > 0)
    notes.push(
      `${countOf(scan.unparsed, 'script')} could not be parsed, so syntax rules did not run on them.`,
    );
  if (scan.reviewed > 0)
    notes.push(`${countOf(scan.reviewed, 'finding')} left out, because the code marks the line as reviewed.`);
  return notes;
}

function isReviewed(lines: readonly string[], line: number): boolean {
  return REVIEWED.test(lines[line - 1] ?? '') || REVIEWED.test(lines[line - 2] ?? '');
}

/** Returns the hits of pattern rules in one file. */
export function matchPatterns(file: CodeFile, rules: readonly PatternRule[]): Hit[] {
  const relevant = applicable(rules, file).filter((rule) => rule.languages.includes(file.language));
  if (relevant.length === 0) return [];
  const masked = maskText(file.text, file.language);
  const lineOf = lineFinder(file.text);
  return relevant.flatMap((rule) =>
    matchesOf(rule, masked, file.text).map((offset) => hitOf(rule, file.path, lineOf(offset))),
  );
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
