import { plainText } from '../../findings/plain-text.ts';
import { formatCost } from '../cost/amounts.ts';
import { formatContextCost } from '../cost/context-cost.ts';
import { MAX_GAP_REASON } from '../dispatch/standing.ts';
import { formatDuration, formatTime } from '../ledger/duration.ts';
import { hasRunEnded, type RunStatus, type StandingCounts } from './status.ts';

/** Maximum number of listed running agents, and of listed gaps. */
const SHOWN = 20;
/** Maximum length of what a human has to settle: up to three faults of a build, each with what to do. */
const NEED_CHARACTERS = 2_600;
const COLUMNS = ['done', 'running', 'retry', 'ready', 'gap'] as const;

/** Formats the progress in one line. */
export function statusLine(status: RunStatus): string {
  const { run, state, wave, counts, total } = status;
  const place = wave.open === null ? '' : `, wave ${wave.open} of ${wave.of}`;
  const others = COLUMNS.filter((standing) => standing !== 'done' && counts[standing] > 0);
  const rest = others.map((standing) => `, ${counts[standing]} ${standing}`).join('');
  return `${run}: ${state}${place}, ${counts.done} of ${total} done${rest}${endOf(status)}`;
}

/** What is left to do if all agents have ended. */
function endOf(status: RunStatus): string {
  if (status.state !== 'active' || !hasRunEnded(status)) return '';
  return `; all agents have ended, the report is missing: sao report ${status.run}`;
}

interface StatusView {
  terminal: boolean;
  width: number;
}

/** Formats the status: the counts, running agents, gaps, and costs. A terminal cuts no line that says what a human has to do. */
export function renderStatus(status: RunStatus, view: StatusView): string {
  const cut = (lines: readonly string[]) =>
    view.terminal ? lines.map((line) => [...line].slice(0, Math.max(view.width, 40)).join('')) : lines;
  const rest = [`task: ${plainText(status.task, 100)}`, ...detailLines(status, view)];
  return [statusLine(status), ...needLines(status), ...cut(rest)].join('\n');
}

function detailLines(status: RunStatus, view: StatusView): string[] {
  const lines: string[] = [];
  if (status.halted !== undefined && !status.needs.some(({ text }) => text === status.halted))
    lines.push(`halted: ${plainText(status.halted, 200)}`);
  if (status.noSandbox !== undefined) lines.push(`no sandbox: ${plainText(status.noSandbox, 200)}`);
  const settings = status.settingsChanges.map(
    ({ path, agents }) => `${plainText(path, 120)} (while ${agents.join(', ')} worked)`,
  );
  lines.push(...listed('client settings changed', settings, '; '));
  for (const text of status.approvals) lines.push(`approved: ${plainText(text, 300)}`);
  for (const text of status.unproved) lines.push(`not proved: ${text}`);
  for (const { model, kind, until, leftMs, text } of status.limits) {
    const name = kind === 'usage' ? 'limit used up' : 'busy';
    const end = Date.parse(until);
    const whose = model === 'all' ? '' : ` (${model})`;
    lines.push(`${name}${whose} until ${formatTime(end, end - leftMs)}: ${plainText(text, 120)}`);
  }
  if (view.terminal && status.domains.length > 0) lines.push('', ...domainTable(status), '');
  const running = status.running.map(({ id, attempt, ageMs }) => {
    return `${id} ${formatDuration(ageMs)}${attempt > 1 ? ` (attempt ${attempt})` : ''}`;
  });
  lines.push(...listed('running', running, ', '));
  const gaps = status.gaps.map(({ id, reason }) => `${id} (${plainText(reason, MAX_GAP_REASON)})`);
  lines.push(...listed('gaps', gaps, '; '));
  const denied = status.denied.map(({ id, tools }) => `${id} (${tools.join(', ')})`);
  lines.push(...listed('denied tools', denied, '; '));
  for (const { text } of status.projectChanges.slice(-SHOWN))
    lines.push(`changed outside of the build: ${text}`);
  lines.push(
    `cost: ${describeCost(status)}${status.agentTokens > 0 ? `, ${status.agentTokens} tokens` : ''}; returned to the parent: ${status.returnedChars} characters`,
  );
  if (status.context) lines.push(`paid by the conversation: ${formatContextCost(status.context)}`);
  return lines;
}

/** One line for each thing that a human has to settle; none for a run that has ended without any. */
function needLines({ needs, state }: RunStatus): string[] {
  if (needs.length === 0) return state === 'done' ? [] : ['needs you: nothing'];
  return needs.flatMap(({ text, command, until }) => {
    const end = until === undefined ? '' : ` until ${until}`;
    const answer = command === undefined ? [] : [`  $ ${command}`];
    return [`needs you: ${plainText(text, NEED_CHARACTERS)}${end}`, ...answer];
  });
}

function listed(title: string, entries: readonly string[], separator: string): string[] {
  if (entries.length === 0) return [];
  const more = entries.length > SHOWN ? `${separator}… and ${entries.length - SHOWN} more` : '';
  return [`${title}: ${entries.slice(0, SHOWN).join(separator)}${more}`];
}

// Only the headless runner knows the cost of its agents.
function describeCost(status: RunStatus): string {
  return status.costUsd > 0 ? formatCost(status, status.auditUsd) : 'not reported';
}

/** The domains with their counts, a line each. */
export function domainTable({ domains }: RunStatus): string[] {
  const rows = [
    ['domain', ...COLUMNS, ''],
    ...domains.map(({ id, counts, total }) => [
      id,
      ...COLUMNS.map((key) => cell(counts, key)),
      bar(counts, total),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cell(counts: StandingCounts, key: (typeof COLUMNS)[number]): string {
  return counts[key] === 0 ? '·' : String(counts[key]);
}

const BAR = 20;

function bar(counts: StandingCounts, total: number): string {
  const part = (count: number) => (total === 0 ? 0 : Math.floor((count * BAR) / total));
  return `${'█'.repeat(part(counts.done))}${'▒'.repeat(part(counts.running))}`.padEnd(BAR, '░');
}
