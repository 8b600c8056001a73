import type { RunView } from '../model.ts';
import { problemList } from './parts/elements.ts';
import { type Given, h, type PageNode } from './parts/nodes.ts';
import type { PageData, PageState } from './parts/page-state.ts';
import { formatClock } from './parts/wording.ts';
import { renderAgentView } from './views/agent.ts';
import { renderAgentsView } from './views/agents.ts';
import { renderFindingsView } from './views/findings.ts';
import { renderGateView } from './views/gate.ts';
import { renderQueueView } from './views/queue.ts';
import { renderRunView, runTitle } from './views/run.ts';
import { renderRunsView } from './views/runs.ts';

/** The whole page as data. Pure. */
export function renderPage(data: PageData, state: PageState): PageNode[] {
  return [
    topBar(state),
    h(
      'main',
      { id: 'main', key: `main ${state.at.view}` },
      linkNotice(state),
      problemList(data.problems),
      viewOf(data, state),
    ),
  ];
}

function viewOf(data: PageData, state: PageState): Given {
  const { at } = state;
  if (state.link.state === 'refused') return null;
  switch (at.view) {
    case 'runs':
      return data.runs ? renderRunsView(data.runs, state) : loading(data);
    case 'queue':
      return data.queues ? renderQueueView(data.queues, state) : loading(data);
    case 'agent':
      return data.agent ? renderAgentView(data.agent) : loading(data);
    case 'gate':
      return data.gate === undefined ? loading(data) : renderGateView(data.gate, at.stage, state);
    default:
      // A run that was never read has no overview.
      return data.run?.overview.run === undefined ? loading(data) : viewOfRun(data.run, data, state);
  }
}

function viewOfRun(run: RunView, data: PageData, state: PageState): Given {
  if (state.at.view === 'agents') return renderAgentsView(run, state);
  if (state.at.view === 'run') return renderRunView(run, state);
  return [runTitle(run), data.findings ? renderFindingsView(data.findings, state) : loading(data)];
}

const loading = ({ problems }: PageData): Given =>
  problems.length > 0 ? null : h('p', { class: 'loading' }, 'Loading…');

const LINKS = {
  live: 'live',
  waiting: 'connecting',
  lost: 'not connected',
  still: 'saved page',
  refused: 'refused',
} as const;

function topBar({ at, link }: PageState): PageNode {
  const item = (href: string, label: string, isCurrent: boolean) =>
    h('a', { href, key: label, 'aria-current': isCurrent ? 'page' : undefined }, label);
  const run = 'run' in at ? at.run : undefined;
  const own =
    run === undefined
      ? []
      : [
          item(`#/run/${run}`, 'Run', at.view === 'run'),
          item(`#/run/${run}/agents`, 'Agents', at.view === 'agents' || at.view === 'agent'),
          item(`#/run/${run}/findings`, 'Findings', at.view === 'findings'),
        ];
  return h(
    'header',
    { class: 'top', key: 'top' },
    h('a', { href: '#/', class: 'brand' }, 'sao'),
    h(
      'nav',
      { 'aria-label': 'Views' },
      own,
      item('#/queue', 'Queue', at.view === 'queue'),
      item('#/', 'All runs', at.view === 'runs'),
    ),
    h('span', { class: `link ${link.state}`, role: 'status' }, h('i', {}), LINKS[link.state]),
  );
}

function linkNotice({ link }: PageState): Given {
  if (link.state === 'lost')
    return h(
      'p',
      { class: 'notice', role: 'alert' },
      `Not connected since ${formatClock(link.since)}: what you see may be old. The page connects again by itself; if it does not, start \`sao dashboard\` again.`,
    );
  if (link.state === 'refused')
    return h(
      'p',
      { class: 'notice', role: 'alert' },
      'This address was used before or is too old. Open the address that `sao dashboard` prints in its terminal.',
    );
  return null;
}
