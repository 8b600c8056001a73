import { readLines } from '../findings/markdown-lines.ts';
import { findSections } from '../findings/sections.ts';
import { judgeOutput, SENTINEL } from '../run/outputs/sentinel.ts';
import type { Problem } from '../system/result.ts';
import {
  ARCHITECTURE,
  type ContractFiles,
  interfaceFileOf,
  moduleOfInterface,
  parseDecisionPath,
  SHARED_TYPES,
} from './contract-files.ts';

const DECISION_HEADINGS = [
  'Status',
  'Context',
  'Decision',
  'Alternatives Considered',
  'Consequences',
] as const;

const HAS_VERDICT: Record<'failed' | 'incomplete' | 'empty', string> = {
  failed: 'starts with `# ERROR`: the architect could not do the task',
  incomplete: `does not end with ${SENTINEL}`,
  empty: 'says nothing',
};

/** `architecture.md` is done like any output: it has text, and ends with the sentinel. */
export function checkArchitecture(files: ContractFiles): Problem[] {
  const text = files.get(ARCHITECTURE);
  if (text === undefined) return [missing(ARCHITECTURE)];
  const verdict = judgeOutput({ head: text, tail: text, whole: true });
  if (verdict === 'done') return [];
  const message = `${ARCHITECTURE} ${HAS_VERDICT[verdict]}`;
  const fix = `complete it, with ${SENTINEL} as its last line outside of any code fence`;
  return [{ code: 'contract-architecture', message, target: ARCHITECTURE, fix }];
}

/** One page a module, and that of the shared types. */
export function checkInterfaces(files: ContractFiles, modules: readonly string[]): Problem[] {
  return [SHARED_TYPES, ...modules.map(interfaceFileOf)].flatMap((path) => {
    const text = files.get(path);
    if (text === undefined) return [missing(path)];
    if (text.trim() !== '') return [];
    const fix = 'write what others may use of it';
    return [{ code: 'contract-empty', message: `${path} is empty`, target: path, fix }];
  });
}

/** Interfaces of modules that `modules.json` does not have. */
export function findStrayInterfaces(files: ContractFiles, modules: readonly string[]): string[] {
  return [...files.keys()].filter((path) => {
    const module = moduleOfInterface(path);
    return module !== undefined && !modules.includes(module);
  });
}

/** Every decision has a number of its own and all its headings, each with text. */
export function checkDecisions(files: ContractFiles): Problem[] {
  const paths = [...files.keys()].filter((path) => path.startsWith('decisions/')).sort();
  const byNumber = new Map<number, string>();
  return paths.flatMap((path) => {
    const name = parseDecisionPath(path);
    if (!name) return [wrongName(path)];
    const before = byNumber.get(name.number);
    byNumber.set(name.number, before ?? path);
    const twice = before === undefined ? [] : [sameNumber(path, before)];
    return [...twice, ...checkHeadings(path, files.get(path) ?? '')];
  });
}

function checkHeadings(path: string, text: string): Problem[] {
  return DECISION_HEADINGS.flatMap((heading) => {
    const body = sectionOf(text, heading);
    if (body !== undefined && body !== '') return [];
    const target = `${path} ## ${heading}`;
    const why = body === undefined ? 'the heading is missing' : 'there is nothing under the heading';
    const fix = `add a heading "## ${heading}" with text under it`;
    return [{ code: 'contract-decision', message: `${target}: ${why}`, target, fix }];
  });
}

/** The text under a heading of any level, without the sentinel; undefined if the heading is missing. */
export function sectionOf(markdown: string, heading: string): string | undefined {
  const wanted = heading.toLowerCase();
  const sections = findSections(readLines(markdown), (title) => title.trim().toLowerCase() === wanted);
  const [first] = sections;
  if (first === undefined) return undefined;
  const lines = first.map(({ kind, level, text }) =>
    kind === 'heading' ? `${'#'.repeat(level)} ${text}` : text,
  );
  return lines.join('\n').replaceAll(SENTINEL, '').trim();
}

export function missing(path: string): Problem {
  return { code: 'contract-missing-file', message: `${path} is missing`, target: path, fix: `write ${path}` };
}

function wrongName(path: string): Problem {
  const message = `${path} is not named decisions/NNN-topic.md`;
  const fix = 'name it like decisions/001-storage.md: three digits, then a-z 0-9 and "-"';
  return { code: 'contract-decision', message, target: path, fix };
}

function sameNumber(path: string, before: string): Problem {
  const message = `${path} has the number of ${before}`;
  return { code: 'contract-decision', message, target: path, fix: 'give it the next free number' };
}
