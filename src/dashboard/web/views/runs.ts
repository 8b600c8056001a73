import type { RunsDetail } from '../../detail.ts';
import { choice, empty, needsPanel, panel, problemList, progressBar, tableOf } from '../parts/elements.ts';
import { h, type PageNode } from '../parts/nodes.ts';
import type { PageState } from '../parts/page-state.ts';
import { formatDate, PHASE_TONES } from '../parts/wording.ts';

/** All runs of the project, and what all of them need. */
export function renderRunsView(detail: RunsDetail, state: PageState): PageNode[] {
  const { runs, problems, project } = detail;
  const needs = runs.flatMap((run) =>
    run.needs.map((need) => ({ ...need, text: `${run.task.slice(0, 60)}: ${need.text}` })),
  );
  const { state: phase = '' } = state.filters;
  const shown = runs.filter((run) => phase === '' || run.state === phase);
  const count = (name: string) => runs.filter((run) => run.state === name).length;
  const phases = (['active', 'planning', 'halted', 'done'] as const).filter((name) => count(name) > 0);
  const rows = shown.map((run) =>
    h(
      'tr',
      { key: run.id },
      h(
        'th',
        { scope: 'row', class: 'wide' },
        h('a', { href: `#/run/${run.id}` }, run.task === '' ? run.id : run.task),
      ),
      h('td', {}, h('b', { class: `chip ${PHASE_TONES[run.state]}` }, run.state)),
      h('td', {}, run.mode),
      h('td', { class: 'bar-cell' }, progressBar(run.done, 0, 0, run.total)),
      h('td', {}, run.stage ?? `${run.done}/${run.total}`),
      h(
        'td',
        { class: run.needs.length > 0 ? 'bad-text' : 'soft' },
        run.needs.length > 0 ? `needs you: ${run.needs.length}` : '—',
      ),
      h('td', {}, formatDate(Date.parse(run.created))),
    ),
  );
  return [
    h('div', { class: 'title' }, h('h1', {}, 'All runs'), h('p', {}, h('code', {}, project))),
    needsPanel(needs, state),
    problemList(problems),
    panel(
      'Runs',
      rows.length > 0
        ? tableOf(['task', 'state', 'mode', 'progress', 'done', 'needs you', 'created'], rows, 'Runs')
        : empty(
            runs.length === 0
              ? 'This project has no runs yet. `sao audit .` starts one.'
              : 'No run fits this filter.',
          ),
      phases.length > 1 &&
        choice(
          'state',
          [['', `all ${runs.length}`], ...phases.map((name) => [name, `${name} ${count(name)}`] as const)],
          state,
        ),
    ),
  ].filter((node) => node !== null && node !== undefined) as PageNode[];
}
