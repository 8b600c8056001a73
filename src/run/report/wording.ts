import { quotePath } from '../../findings/quote-path.ts';
import { countOf } from '../../findings/words.ts';
import type { Report, ReportAgent, ReportFinding, ReportGap } from './report-types.ts';

/** `24 of 30 agents done, 2 gaps` and, while the run goes on, what is still open. */
export function describeAgents({ total, done, gaps, open }: Report['counts']['agents']): string {
  const unfinished = open > 0 ? `, ${open} not finished` : '';
  return `${done} of ${countOf(total, 'agent')} done, ${countOf(gaps, 'gap')}${unfinished}`;
}

/** Checks and tools of a run without agents, and how many of them are done. */
export function countChecks({ domains }: Pick<Report, 'domains'>): { done: number; total: number } {
  const sum = (key: 'done' | 'workers') => domains.reduce((count, domain) => count + domain[key], 0);
  return { done: sum('done'), total: sum('workers') };
}

/** What ran, of what was planned: agents, or else checks. */
export function describeWork(report: Pick<Report, 'domains' | 'hasAgents' | 'counts'>): string {
  if (report.hasAgents) return describeAgents(report.counts.agents);
  const { done, total } = countChecks(report);
  const { gaps, open } = report.counts.agents;
  return `${done} of ${countOf(total, 'check')} done${gaps > 0 ? `, ${countOf(gaps, 'gap')}` : ''}${open > 0 ? `, ${open} not finished` : ''}`;
}

/** The line for a report without findings. If something was not examined, the line says so. */
export function describeNoFindings({ counts, unchecked }: Pick<Report, 'counts' | 'unchecked'>): string {
  const { gaps, open } = counts.agents;
  if (open > 0) return 'No findings so far.';
  return gaps + unchecked > 0 ? 'No findings in what was looked at.' : 'No findings.';
}

/** `it left no output, after 2 attempts` */
export function describeGap({ reason, attempts }: ReportGap): string {
  const tried = attempts === 0 ? 'never started' : `after ${countOf(attempts, 'attempt')}`;
  return `${reason.replace(/\.$/, '')}, ${tried}`;
}

/** `src/a.ts:12`, or nothing. An unusual file name is quoted. */
export function formatPlace({
  path,
  pathBytes,
  line,
}: Pick<ReportFinding, 'path' | 'pathBytes' | 'line'>): string {
  if (path === null) return '';
  const shown = pathBytes === undefined ? quotePath(path) : path;
  return line === null ? shown : `${shown}:${line}`;
}

/** Returns a function from a domain's id to its name, or to the id if it has no name. */
export function domainNames(report: Report): (id: string) => string {
  const names = new Map(report.domains.map((domain) => [domain.id, domain.name]));
  return (id) => names.get(id) ?? id;
}

/** Formats a time as `2026-03-14 10:15 UTC`; returns other text unchanged. */
export function formatTimestamp(time: string): string {
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]{2,12})?Z$/.exec(time) ?? [];
  return day && minute ? `${day} ${minute} UTC` : time;
}

/** Maximum number of notes about agents with denied tool calls. */
const MAX_DENIED_NOTES = 10;

/** Notes about agents whose tool calls the client did not permit. */
export function noteDenied(denied: readonly { id: string; tools: readonly string[] }[]): string[] {
  const others = denied.slice(MAX_DENIED_NOTES).map(({ id }) => id);
  return [
    ...denied
      .slice(0, MAX_DENIED_NOTES)
      .map(
        ({ id, tools }) =>
          `${id} was not permitted to use: ${tools.join(', ')}. What it says about them is not proved.`,
      ),
    ...(others.length === 0
      ? []
      : [`Other agents with tool calls that were not permitted: ${others.join(', ')}.`]),
  ];
}

/** Notes about built-in checks whose findings could not be read as the engine wrote them. */
export function noteLostData(agents: readonly Pick<ReportAgent, 'name' | 'id' | 'isDataLost'>[]): string[] {
  return agents
    .filter(({ isDataLost }) => isDataLost)
    .map(
      ({ name, id }) =>
        `The findings file of ${name} (${id}) is missing or was changed, so its findings come from its text; unusual file names in them may be wrong.`,
    );
}
