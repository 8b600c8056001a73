import type { AgentDetail, ShownText } from '../../detail.ts';
import { empty, figures, panel, tableOf } from '../parts/elements.ts';
import { type Given, h, type PageNode } from '../parts/nodes.ts';
import { formatBytes, formatClock, formatCount, formatDollars, formatSpan } from '../parts/wording.ts';
import { STANDING_TONES } from './agents.ts';
import { markOf } from './timeline.ts';

/** One agent: its attempts, its prompt and the end of its output. */
export function renderAgentView(agent: AgentDetail): PageNode[] {
  const { attempts, recalls, denied } = agent;
  return [
    h(
      'div',
      { class: 'title' },
      h('h1', {}, agent.name),
      h(
        'p',
        {},
        h('b', { class: `chip ${STANDING_TONES[agent.standing]}` }, agent.standing),
        h('code', {}, agent.id),
        h('span', {}, `${agent.role}, ${agent.domain}, wave ${agent.wave}`),
      ),
      agent.task !== agent.name && h('p', { class: 'lead' }, agent.task),
      agent.gap !== null && h('p', { class: 'bad-text' }, `Gap: ${agent.gap}`),
    ),
    panel('Use', [
      figures([
        ['model', agent.model ?? (agent.command ? 'command' : 'default')],
        ['tokens in', agent.inputTokens > 0 ? formatCount(agent.inputTokens) : '—'],
        ['tokens out', agent.outputTokens > 0 ? formatCount(agent.outputTokens) : '—'],
        ['cost', agent.costUsd > 0 ? formatDollars(agent.costUsd) : '—'],
        ['recalls', String(recalls.reduce((sum, { ids }) => sum + ids.length, 0))],
        ['denied tools', String(denied.length), denied.length > 0 ? 'warn' : 'quiet'],
      ]),
      denied.length > 0 && h('p', { class: 'bad-text' }, `Not permitted: ${denied.join(', ')}`),
      recalls.length > 0 &&
        h('p', { class: 'soft' }, `Memory: ${recalls.flatMap(({ ids }) => ids).join(', ')}`),
      agent.command !== null && h('pre', {}, agent.command.join(' ')),
    ]),
    panel('Attempts', attempts.length === 0 ? empty('It has not started yet.') : attemptTable(agent)),
    textPanel('End of the output', agent.output, 'There is no output yet.'),
    textPanel(
      'Prompt',
      agent.prompt,
      agent.command ? 'A command has no prompt.' : 'The prompt is not filled yet.',
    ),
  ];
}

function attemptTable({ attempts }: AgentDetail): PageNode {
  const rows = attempts.map((row) => {
    const [, kind, meaning] = markOf({ outcome: row.outcome, attempt: row.attempt }, false);
    const { findings, toolCalls } = row;
    const found = findings ? findings.critical + findings.major + findings.minor : undefined;
    return h(
      'tr',
      { key: `${row.attempt} ${row.startedAt}` },
      h('th', { scope: 'row' }, row.attempt),
      h('td', {}, h('b', { class: `swatch-text ${kind}` }, meaning)),
      h('td', {}, formatClock(row.startedAt)),
      h('td', {}, row.endedAt === undefined ? '—' : formatSpan(row.endedAt - row.startedAt)),
      h('td', {}, found ?? '—'),
      h('td', {}, toolCalls ? describeCalls(toolCalls) : '—'),
      h('td', {}, row.costUsd > 0 ? `${row.isCostAssumed ? '≤ ' : ''}${formatDollars(row.costUsd)}` : '—'),
      h('td', { class: 'wide' }, row.fault ?? row.line ?? ''),
    );
  });
  return tableOf(
    ['no.', 'end', 'started', 'lasted', 'findings', 'tool calls', 'cost', 'said'],
    rows,
    'Attempts',
  );
}

function describeCalls(calls: readonly { name: string }[]): string {
  const counts = new Map<string, number>();
  for (const { name } of calls) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}

function textPanel(title: string, text: ShownText | null, missing: string): PageNode {
  if (!text) return panel(title, empty(missing));
  const more: Given = h('span', { class: 'soft' }, `${formatBytes(text.bytes)}${text.isCut ? ', cut' : ''}`);
  return panel(title, h('pre', { class: 'text', tabindex: 0 }, text.text), more);
}
