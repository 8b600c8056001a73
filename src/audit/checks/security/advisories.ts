import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import type { ToolOutcome } from '../../check/tool-outcome.ts';
import { nameOf } from '../../manifests/find.ts';
import type { LockedPackage } from '../../manifests/locked.ts';
import { readNpmLock } from '../../manifests/npm-lock.ts';
import type { Advisory } from './advisory-readers.ts';
import type { AdvisoryTool } from './advisory-tools.ts';

const SEVERITY: Record<string, Hit['severity']> = {
  critical: 'critical',
  high: 'major',
  moderate: 'minor',
  medium: 'minor',
  low: 'minor',
  info: 'minor',
  none: 'minor',
};

/**
 * Converts the outcome of an advisory tool to findings. If the tool is missing, timed out or wrote no report, `unchecked`
 * contains the reason.
 */
export function judgeAnswer(
  tool: AdvisoryTool,
  file: SourceFile,
  outcome: ToolOutcome,
): { hits: Hit[]; notes: string[]; unchecked: string[] } {
  const asked = `${tool.program} for ${file.path}`;
  const unknown = (why: string) => ({ hits: [], notes: [], unchecked: [`${asked}: ${why}`] });
  if (outcome.kind === 'missing') {
    return unknown(`not installed, so this lock file was not checked (${tool.install}).`);
  }
  if (outcome.kind === 'timeout') {
    return unknown(`no answer within ${outcome.seconds} s, so this lock file was not checked.`);
  }
  const advisories = tool.read(outcome.stdout);
  if (!advisories) return unknown(`no report (${reasonOf(outcome)}), so this lock file was not checked.`);
  const locked = /^(?:package-lock|npm-shrinkwrap)\.json$/.test(nameOf(file.path))
    ? (readNpmLock(file.text() ?? '')?.packages ?? [])
    : [];
  const hits = advisories.map((advisory) => toHit(file.path, advisory, locked));
  return {
    hits,
    notes: [`${asked}: ${advisories.length === 0 ? 'no advisory' : `${advisories.length} found`}.`],
    unchecked: [],
  };
}

function toHit(path: string, advisory: Advisory, locked: readonly LockedPackage[]): Hit {
  const { name, affected, title, rating = 'high', url, fix = 'update the package' } = advisory;
  const places = locked.filter((p) => p.name === name);
  const isDev = places.length > 0 && places.every((p) => p.dev);
  const severity = SEVERITY[rating] ?? 'major';
  const [first] = places;
  return {
    rule: 'advisory',
    // A package that never runs in production is less urgent.
    severity: isDev && severity === 'critical' ? 'major' : severity,
    title: `advisory: ${name} ${affected}: ${title}`,
    path,
    ...(first ? { line: first.line } : {}),
    detail: `${isDev ? 'Only used in development. ' : ''}To fix it, ${fix}.${url ? ` See ${url}` : ''}`,
  };
}

// The error message of the report, or the first line of stderr that is no warning.
function reasonOf(outcome: Extract<ToolOutcome, { kind: 'ended' }>): string {
  const said = /"(?:message|summary)":\s*"([^"]+)"/.exec(outcome.stdout)?.[1];
  const lines = outcome.stderr.split('\n').filter((line) => line.trim() !== '' && !/\bwarn\b/i.test(line));
  return (said ?? lines[0] ?? `exit code ${outcome.code}`).slice(0, 200);
}
