import { compareByPlace } from '../../findings/compare-text.ts';
import type { Finding } from '../../findings/finding.ts';
import { plainText, truncate } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import { isTest } from '../../source/kinds.ts';
import type { Tool, ToolFinding, ToolReading } from './tool.ts';

/** Findings beyond this number are counted as not checked: the output of a worker is bounded. */
export const MAX_TOOL_FINDINGS = 2000;
const MAX_TITLE = 150;
const MAX_DETAIL = 500;

/** What a tool found in the files of a project. */
export interface ToolResult {
  findings: Finding[];
  notes: string[];
  unchecked: string[];
}

/**
 * Converts the readings of one tool's reports to findings. `toPath` returns the path in the project, or undefined for files that do not belong to
 * it, such as those that git ignores.
 */
export function judgeReadings(
  tool: Pick<Tool, 'id' | 'rate'>,
  readings: readonly ToolReading[],
  toPath: (path: string) => string | undefined,
): ToolResult {
  const { inside, outside } = placeFindings(readings, toPath);
  const findings = inside
    .flatMap(({ found, path }) => toFinding(tool, found, path) ?? [])
    .sort(compareByPlace);
  return {
    findings: findings.slice(0, MAX_TOOL_FINDINGS),
    notes: noteLeftOut(tool.id, readings, outside),
    unchecked: [
      ...readings
        .flatMap(({ unchecked }) => unchecked)
        .map((what) => `${tool.id}: ${truncate(plainText(what), 300)}`),
      ...listExcess(tool.id, findings.length),
    ],
  };
}

interface PlacedFinding {
  found: ToolFinding;
  /** The path in the project; undefined: the finding names no file. */
  path: string | undefined;
}

/** The findings in files of the project or without a file, and the number of all others. */
function placeFindings(
  readings: readonly ToolReading[],
  toPath: (path: string) => string | undefined,
): { inside: PlacedFinding[]; outside: number } {
  const all = readings.flatMap(({ findings }) => findings);
  const inside = all
    .map((found) => ({ found, path: found.path === undefined ? undefined : toPath(found.path) }))
    .filter(({ found, path }) => found.path === undefined || path !== undefined);
  return { inside, outside: all.length - inside.length };
}

function noteLeftOut(tool: string, readings: readonly ToolReading[], outside: number): string[] {
  const suppressed = readings.reduce((sum, reading) => sum + reading.suppressed, 0);
  return [
    ...noteCount(outside, 'in files that git ignores or that are not in the audited folder, left out'),
    ...noteCount(
      suppressed,
      `that a mark in the code or the configuration of ${tool} switches off, left out`,
    ),
  ];
}

function listExcess(tool: string, count: number): string[] {
  if (count <= MAX_TOOL_FINDINGS) return [];
  return [
    `${tool}: ${count - MAX_TOOL_FINDINGS} of its ${count} findings are not listed; run it alone to see them`,
  ];
}

function noteCount(count: number, what: string): string[] {
  return count === 0 ? [] : [`${countOf(count, 'finding')} ${what}.`];
}

function toFinding(
  { id, rate }: Pick<Tool, 'id' | 'rate'>,
  found: ToolFinding,
  path: string | undefined,
): Finding | undefined {
  const rated = rate ? rate(found) : found.severity;
  if (rated === undefined) return undefined;
  const { title, rest } = splitMessage(found.message);
  const detail = truncate(plainText([rest, found.description].filter((text) => text).join(' ')), MAX_DETAIL);
  const facts = [
    detail === '' ? '' : /[.!?…]$/.test(detail) ? detail : `${detail}.`,
    found.url ? `See ${found.url}` : '',
    ...found.cwe
      .filter((number) => !detail.includes(`CWE-${number}`))
      .slice(0, 3)
      .map((number) => `(CWE-${number})`),
  ];
  const said = facts.filter((fact) => fact !== '').join(' ');
  return {
    // Tests may do what other code must not.
    severity: path !== undefined && isTest(path) ? 'minor' : rated,
    title: `${id}/${ruleName(found.rule, id)}: ${title}`,
    ...(path === undefined ? {} : { path }),
    ...(path === undefined || found.line === undefined ? {} : { line: found.line }),
    ...(said === '' ? {} : { detail: said }),
  };
}

// The name becomes a part of the title, where `: ` ends it. Some tools begin their rules with their own name.
function ruleName(rule: string, tool: string): string {
  return (
    rule
      .replace(`${tool}/`, '')
      .replace(/[^\w@./+-]+/g, '-')
      .replace(/^[^\w@]+/, '')
      .slice(0, 150) || 'unnamed'
  );
}

// The first sentence of a message is the title of its finding.
function splitMessage(message: string): { title: string; rest: string } {
  const text = plainText(message);
  const end = /[.!?](?= [\p{Lu}`"'(])/u.exec(text)?.index ?? -1;
  const isLong = text.length > MAX_TITLE;
  const title = end > 0 && (isLong || end < text.length - 1) ? text.slice(0, end) : text.replace(/\.$/, '');
  const shown = truncate(title, MAX_TITLE);
  const rest = end > 0 ? text.slice(end + 1).trim() : shown === title ? '' : text;
  return { title: shown || 'a finding', rest };
}
