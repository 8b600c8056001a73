import type { RunView } from '../../model.ts';
import { choice, empty, panel, searchField, tableOf } from '../parts/elements.ts';
import { h, type PageNode } from '../parts/nodes.ts';
import type { PageState } from '../parts/page-state.ts';
import { formatSpan } from '../parts/wording.ts';
import { runTitle } from './run.ts';

/** Maximum number of rows; the filters find the others. */
const MAX_ROWS = 500;

export const STANDING_TONES = {
  done: 'good',
  running: 'run',
  ready: 'quiet',
  retry: 'warn',
  gap: 'bad',
} as const;

/** All agents as a table: the same data as the timeline. */
export function renderAgentsView(run: RunView, state: PageState): PageNode[] {
  const { overview, agents, attempts } = run;
  const { counts } = overview;
  const lasting = new Map<string, number>();
  for (const { agent, from, to = state.now } of attempts)
    lasting.set(agent, (lasting.get(agent) ?? 0) + Math.max(0, to - from));
  const { state: standing = '', domain = '' } = state.filters;
  const words = state.search.toLowerCase();
  const found = agents.filter(
    (agent) =>
      (standing === '' || agent.standing === standing) &&
      (domain === '' || agent.domain === domain) &&
      (words === '' || `${agent.id} ${agent.name} ${agent.model ?? ''}`.toLowerCase().includes(words)),
  );
  const rows = found
    .slice(0, MAX_ROWS)
    .map((agent) =>
      h(
        'tr',
        { key: agent.id },
        h('th', { scope: 'row' }, h('a', { href: `#/run/${overview.run}/agent/${agent.id}` }, agent.id)),
        h('td', { class: 'wide' }, agent.name),
        h('td', {}, h('b', { class: `chip ${STANDING_TONES[agent.standing]}` }, agent.standing)),
        h('td', {}, agent.domain),
        h('td', {}, agent.model ?? '—'),
        h('td', {}, agent.wave),
        h('td', {}, agent.attempts),
        h('td', {}, lasting.has(agent.id) ? formatSpan(lasting.get(agent.id) ?? 0) : '—'),
      ),
    );
  const standings = (['done', 'running', 'ready', 'retry', 'gap'] as const).filter(
    (each) => counts[each] > 0,
  );
  return [
    runTitle(run),
    panel(`Agents`, [
      h(
        'div',
        { class: 'filters' },
        choice(
          'state',
          [
            ['', `all ${agents.length}`],
            ...standings.map((each) => [each, `${each} ${counts[each]}`] as const),
          ],
          state,
        ),
        overview.domains.length > 1 &&
          choice(
            'domain',
            [['', 'all domains'], ...overview.domains.map(({ id, name }) => [id, name] as const)],
            state,
          ),
        searchField('id, name or model', state),
      ),
      rows.length > 0
        ? tableOf(['id', 'name', 'state', 'domain', 'model', 'wave', 'attempts', 'time'], rows, 'Agents')
        : empty('No agent fits these filters.'),
      found.length > MAX_ROWS && empty(`${found.length - MAX_ROWS} more: use the filters.`),
    ]),
  ];
}
