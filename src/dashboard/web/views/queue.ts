import type { ShownState } from '../../../queue/state/readiness.ts';
import type { BoardTask, QueueDetail } from '../../detail.ts';
import { choice, empty, figures, needsPanel, panel, progressBar, tableOf } from '../parts/elements.ts';
import { type Given, h, type PageNode } from '../parts/nodes.ts';
import type { PageState } from '../parts/page-state.ts';
import { formatAbout, formatShare, formatSpan } from '../parts/wording.ts';

/** The columns of the board, with the states of a task that each shows. */
const COLUMNS: readonly (readonly [title: string, states: readonly ShownState[], tone: string])[] = [
  ['waiting', ['planned', 'waiting'], 'quiet'],
  ['ready', ['ready'], 'quiet'],
  ['running', ['claimed'], 'run'],
  ['blocked', ['blocked', 'stuck', 'dead'], 'bad'],
  ['done', ['done'], 'good'],
];
/** Cards in a column. */
const MAX_CARDS = 30;

/** All queues of this machine: figures, teams and the board. */
export function renderQueueView(queues: readonly QueueDetail[], state: PageState): PageNode[] {
  if (queues.length === 0)
    return [
      h('div', { class: 'title' }, h('h1', {}, 'Queues')),
      empty('This machine has no task queue. `sao queue create` makes one.'),
    ];
  return queues.flatMap((queue) => renderQueue(queue, state));
}

function renderQueue(queue: QueueDetail, state: PageState): PageNode[] {
  const { name, place, stats, capacity, needs, tasks } = queue;
  const total = tasks.filter((task) => task.state !== 'cancelled').length + queue.hidden;
  return [
    h(
      'div',
      { class: 'title', key: `title ${name}` },
      h('h1', {}, `Queue ${name}`),
      h('p', {}, h('code', {}, place)),
    ),
    needsPanel(needs, state),
    h(
      'section',
      { class: 'key', 'aria-label': 'Progress' },
      progressBar(stats.tasks.done, stats.running, stats.tasks.dead, total),
      figures([
        ['done', [String(stats.tasks.done), h('small', {}, ` of ${total}`)]],
        [
          'running',
          [String(stats.running), h('small', {}, ` of ${stats.slots} slots`)],
          stats.running > 0 ? 'run' : 'quiet',
        ],
        ['ready', String(stats.tasks.ready)],
        ['blocked', String(stats.tasks.blocked), stats.tasks.blocked > 0 ? 'bad' : 'quiet'],
        ['time left', formatAbout(stats.remainingMs)],
        ['per hour', String(stats.donePerHour)],
        ['first try', formatShare(stats.firstTry)],
        ['rework', formatShare(stats.rework)],
        ['questions answered in', stats.blockerMs === null ? '—' : formatSpan(stats.blockerMs)],
        ['utilisation', formatShare(stats.utilisation)],
        ['headroom', String(stats.headroom)],
      ]),
      capacity.signals.map(({ text }) => h('p', { class: 'signal' }, text)),
    ),
    teamsPanel(queue),
    board(queue, state),
    changesPanel(queue, state),
  ].filter((node) => node !== null && node !== undefined) as PageNode[];
}

function teamsPanel({ stats, teams, tasks }: QueueDetail): Given {
  if (stats.teams.length === 0) return null;
  const rows = stats.teams.map(({ team, assigned, done, blocked, running, ready }) => {
    const about = teams.find(({ id }) => id === team);
    const left = tasks.filter(
      (task) => task.team === team && !['done', 'cancelled', 'planned'].includes(task.state),
    ).length;
    return h(
      'tr',
      { key: team },
      h('th', { scope: 'row' }, team === '' ? 'no team' : team),
      h('td', { class: 'wide' }, [about?.leader, about?.focus].filter((text) => text).join(': ') || '—'),
      h('td', { class: 'bar-cell' }, progressBar(done, running, 0, assigned)),
      h('td', {}, assigned),
      h('td', {}, done),
      h('td', { class: running > 0 ? 'run-text' : 'soft' }, running),
      h('td', {}, ready),
      h('td', { class: blocked > 0 ? 'bad-text' : 'soft' }, blocked),
      h('td', {}, left),
    );
  });
  return panel(
    'Teams',
    tableOf(
      ['team', 'leader and focus', 'progress', 'assigned', 'done', 'running', 'ready', 'blocked', 'left'],
      rows,
      'Teams',
    ),
  );
}

function board({ tasks, stats }: QueueDetail, state: PageState): PageNode {
  const { team = '' } = state.filters;
  const shown = tasks.filter((task) => team === '' || task.team === team);
  const columns = COLUMNS.map(([title, states, tone]) => {
    const own = shown.filter((task) => states.includes(task.state));
    const cards = (title === 'done' ? own.slice(-MAX_CARDS).reverse() : own.slice(0, MAX_CARDS)).map((task) =>
      card(task, tone, state.now),
    );
    return h(
      'section',
      { key: title, class: 'column' },
      h('h3', {}, title, h('b', { class: 'count' }, own.length)),
      h('ul', {}, cards),
      own.length > MAX_CARDS && empty(`${own.length - MAX_CARDS} more`),
    );
  });
  const names = stats.teams.map(({ team: id }) => [id === '' ? 'no team' : id, id] as const);
  return panel(
    'Board',
    h('div', { class: 'board' }, columns),
    names.length > 1 &&
      choice(
        'team',
        [
          ['', 'all teams'],
          ...names.filter(([, id]) => id !== '').map(([label, id]) => [id, label] as const),
        ],
        state,
      ),
  );
}

function card(
  { id, title, team, state, reason, attempts, executor, since }: BoardTask,
  tone: string,
  now: number,
): PageNode {
  return h(
    'li',
    { key: id, class: `card ${tone}` },
    h('p', {}, title),
    h(
      'p',
      { class: 'soft small' },
      h('code', {}, id),
      team !== '' && ` ${team}`,
      state !== 'claimed' && state !== 'done' && state !== 'ready' && ` · ${state}`,
      attempts > 1 && ` · attempt ${attempts}`,
      executor !== null && since !== null && ` · ${executor}, ${formatSpan(now - since)}`,
    ),
    reason !== '' && h('p', { class: 'soft small' }, reason),
  );
}

function changesPanel({ capacity, blockers }: QueueDetail, { now }: PageState): Given {
  if (capacity.changes.length + blockers.length === 0) return null;
  return h(
    'div',
    { class: 'columns' },
    blockers.length > 0 &&
      panel(
        'Open questions',
        h(
          'ul',
          { class: 'plain' },
          blockers.map(({ id, task, question, for: whose, at }) =>
            h(
              'li',
              { key: id },
              h('code', {}, task),
              ` ${question}`,
              h('span', { class: 'soft' }, ` for ${whose}, since ${formatSpan(now - at)}`),
            ),
          ),
        ),
      ),
    capacity.changes.length > 0 &&
      panel(
        'Acquired capacity',
        h(
          'ul',
          { class: 'plain' },
          capacity.changes.map(({ resource, from, to, by, at, doneBefore, doneAfter }) =>
            h(
              'li',
              { key: `${resource} ${at}` },
              h('b', {}, resource),
              ` ${from} → ${to} by ${by}; done in the hour before: ${doneBefore}, after: ${doneAfter}`,
            ),
          ),
        ),
      ),
  );
}
