import { readLines } from '../findings/markdown-lines.ts';
import { plainText } from '../findings/plain-text.ts';
import { quoteName } from '../run/ledger/names.ts';
import { hashContent } from '../system/content-hash.ts';
import { accept, type Diagnostic, type Result, reject, warn } from '../system/result.ts';
import { sectionOf } from './check-pages.ts';
import type { Decision } from './contract.ts';
import { CONFLICTS } from './rights.ts';

const HEADINGS = {
  contract: ['Contract', 'the file, and the exact words in it'],
  problem: ['Problem', 'why they cannot be fulfilled, contradict something else, or are not enough'],
  options: ['Options', 'the possible solutions, each with its cost'],
  proposal: ['Proposal', 'the option that you recommend: the contract changes, or the module adapts'],
} as const;
type Part = keyof typeof HEADINGS;
const PARTS = Object.keys(HEADINGS) as Part[];

/** A conflict report as a builder writes it: what its prompt shows, and what `parseConflict` reads. */
export const CONFLICT_FORM = [
  '# (the conflict in one sentence)',
  ...PARTS.map((part) => `## ${HEADINGS[part][0]}\n(${HEADINGS[part][1]})`),
].join('\n\n');

/** A part of the contract that a builder cannot fulfil. */
export interface Conflict extends Record<Part, string> {
  /** `{module}-{issue}`, the name of its file. */
  name: string;
  module: string;
  title: string;
  /** Hash of the report's text. A resolution applies only to this version. */
  hash: string;
}

export const conflictPath = (name: string) => `${CONFLICTS}/${name}.md`;

/** Splits a conflict's name into module and issue. If several modules' names match its start, the longest one is taken. */
export function splitConflictName(
  name: string,
  modules: readonly string[],
): { module: string; issue: string } | undefined {
  if (!/^[a-z0-9][a-z0-9_-]{0,119}$/.test(name)) return undefined;
  const fitting = modules.filter(
    (module) => name.startsWith(`${module}-`) && name.length > module.length + 1,
  );
  const module = fitting.sort((a, b) => b.length - a.length)[0];
  return module === undefined ? undefined : { module, issue: name.slice(module.length + 1) };
}

/**
 * Parses a conflict report. A missing part is only a warning, because a human can resolve the conflict without it. Fails if the name
 * belongs to no module, or the report is empty.
 */
export function parseConflict(name: string, text: string, modules: readonly string[]): Result<Conflict> {
  const target = conflictPath(name);
  const owner = splitConflictName(name, modules);
  if (!owner) return reject(wrongName(name, target));
  if (text.trim() === '') return reject(isEmpty(target));
  const parts = Object.fromEntries(PARTS.map((part) => [part, sectionOf(text, HEADINGS[part][0])]));
  const missing = PARTS.filter((part) => !parts[part]);
  const conflict: Conflict = {
    name,
    module: owner.module,
    title: titleOf(text) ?? owner.issue.replaceAll('-', ' '),
    hash: hashContent(text),
    contract: parts.contract ?? '',
    // If the report has none of the headings, its whole text is the problem.
    problem: parts.problem ?? (missing.length === PARTS.length ? text.trim() : ''),
    options: parts.options ?? '',
    proposal: parts.proposal ?? '',
  };
  return accept(
    conflict,
    missing.map((part) => hasNo(target, HEADINGS[part][0])),
  );
}

function titleOf(text: string): string | undefined {
  const title = readLines(text).find(({ kind, level }) => kind === 'heading' && level === 1)?.text;
  return plainText(title ?? '', 160) || undefined;
}

/** Parses the answer of a blocked builder; `name` is the conflict report that it names, if any. Undefined for any other answer. */
export function parseBlocked(line: string): { detail: string; name?: string } | undefined {
  const [, rest] =
    /^[\s>*_`-]*BLOCKED[*_`]*[.:]?[\s*_`]*contract conflict[*_`]*:?\s*(.*)$/is.exec(line) ?? [];
  if (rest === undefined) return undefined;
  const detail = plainText(rest, 400);
  const name = /(?:^|[\s`'"(/])conflicts\/([a-z0-9][a-z0-9_-]{0,119})\.md/.exec(rest)?.[1];
  return name === undefined ? { detail } : { detail, name };
}

/** The line in a decision page that names the conflict report, and its version, that the decision resolves. */
export const resolvedLine = ({ name, hash }: Pick<Conflict, 'name' | 'hash'>) => `Conflict: ${name} ${hash}`;

/** The decision that resolved this version of a conflict; a rewritten report counts as a new conflict. */
export function decisionOf(
  conflict: Pick<Conflict, 'name' | 'hash'>,
  decisions: readonly Decision[],
): Decision | undefined {
  const line = resolvedLine(conflict);
  return decisions.find(({ text }) =>
    readLines(text).some((each) => each.kind === 'text' && each.text === line),
  );
}

function wrongName(name: string, target: string) {
  const message = `${quoteName(name)} is not a valid conflict name: it does not start with the name of a module`;
  return { code: 'conflict-name', message, target, fix: 'name it {module}-{issue}.md, with a-z 0-9 and "-"' };
}

function isEmpty(target: string) {
  return { code: 'conflict-empty', message: `${target} is empty`, target, fix: 'describe the conflict' };
}

function hasNo(target: string, heading: string): Diagnostic {
  const fix = `add "## ${heading}" with text under it`;
  return warn('conflict-form', `${target} has no text under "## ${heading}"`, { target, fix });
}
