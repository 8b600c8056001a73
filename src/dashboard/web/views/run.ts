import type { Cost } from '../../../run/cost/cost.ts';
import type { ModuleRow, RunView } from '../../model.ts';
import { empty, figures, needsPanel, panel, progressBar, tableOf } from '../parts/elements.ts';
import { type Given, h, type PageNode } from '../parts/nodes.ts';
import type { PageState } from '../parts/page-state.ts';
import {
  formatAbout,
  formatClock,
  formatCount,
  formatDollars,
  formatShare,
  formatSpan,
  PHASE_TONES,
} from '../parts/wording.ts';
import { timeline, timelineLegend } from './timeline.ts';

/** Number of marks that are shown: the latest. */
const MAX_MARKS = 12;

/** One run: what needs a human first, then how far it is, then the details. */
export function renderRunView(run: RunView, state: PageState): PageNode[] {
  const { overview } = run;
  const id = overview.run;
  const isBuild = overview.mode === 'build';
  const isOver = hasEnded(run);
  return [
    runTitle(run),
    needsPanel(overview.needs, state, ({ kind, command = '' }) => {
      const stage = kind === 'gate' ? /gate show (\w+)/.exec(command)?.[1] : undefined;
      return stage === undefined ? undefined : `#/run/${id}/gate/${stage}`;
    }),
    keyFigures(run),
    panel(
      'Timeline',
      [
        timeline(run.attempts, run.agents, state, { run: id, isOver }),
        timelineLegend(run.attempts, run.agents),
      ],
      zoomButtons(state),
    ),
    isBuild && pipelinePanel(run),
    h(
      'div',
      { class: 'columns' },
      domainsPanel(run),
      metricsPanel(run),
      costPanel(run, state),
      marksPanel(run),
    ),
  ].filter((node) => node !== false) as PageNode[];
}

/** Whether nothing of a run goes on: its chart ends with its last attempt. */
function hasEnded({ overview: { counts, total, state, mode }, attempts }: RunView): boolean {
  const isSettled = mode !== 'build' && total > 0 && counts.done + counts.gap === total;
  return attempts.every(({ to }) => to !== undefined) && (isSettled || state !== 'active');
}

/** The head of each view of a run. */
export function runTitle({ overview }: RunView): PageNode {
  const { task, state, mode, run, wave } = overview;
  const place = wave.open === null ? '' : `, wave ${wave.open} of ${wave.of}`;
  return h(
    'div',
    { class: 'title' },
    h('h1', {}, task),
    h(
      'p',
      {},
      h('b', { class: `chip ${PHASE_TONES[state]}` }, `${state}${state === 'active' ? place : ''}`),
      h('span', {}, mode),
      h('code', {}, run),
      isReportMissing(overview) &&
        h('span', {}, 'all agents have ended; the report is missing: ', h('code', {}, `sao report ${run}`)),
      overview.halted !== undefined && h('span', { class: 'bad-text' }, overview.halted),
    ),
  );
}

function isReportMissing({ state, mode, counts, total }: RunView['overview']): boolean {
  return mode !== 'build' && state === 'active' && total > 0 && counts.done + counts.gap === total;
}

function keyFigures({ overview }: RunView): PageNode {
  const { counts, total, metrics, costUsd, unpriced } = overview;
  const left = metrics.remainingMs;
  return h(
    'section',
    { class: 'key', 'aria-label': 'Progress' },
    progressBar(counts.done, counts.running, counts.gap, total),
    figures([
      ['done', [String(counts.done), h('small', {}, ` of ${total}`)]],
      [
        'running',
        [String(counts.running), h('small', {}, ` of ${metrics.slots} slots`)],
        counts.running > 0 ? 'run' : 'quiet',
      ],
      ['gaps', String(counts.gap), counts.gap > 0 ? 'bad' : 'quiet'],
      ['time left', formatAbout(left)],
      ['elapsed', formatSpan(metrics.elapsedMs)],
      ['per hour', metrics.donePerHour === null ? '—' : formatCount(metrics.donePerHour)],
      ['cost', [unpriced > 0 && costUsd > 0 ? 'over ' : '', costUsd > 0 ? formatDollars(costUsd) : '—']],
    ]),
  );
}

function zoomButtons({ zoom }: PageState): PageNode {
  const button = (value: number, label: string, name: string) =>
    h(
      'button',
      { type: 'button', key: name, 'data-act': 'zoom', 'data-value': value, 'aria-label': name },
      label,
    );
  return h(
    'div',
    { class: 'choice' },
    button(Math.max(1, zoom / 2), '−', 'Zoom out'),
    button(Math.min(64, zoom * 2), '+', 'Zoom in'),
    button(1, zoom === 1 ? 'all' : `${zoom}×`, 'Show all'),
  );
}

const MODULE_TONES: Readonly<Record<ModuleRow['phase'], string>> = {
  waiting: 'quiet',
  building: 'run',
  review: 'run',
  failed: 'bad',
  blocked: 'bad',
  passed: 'good',
  merged: 'good',
};

function pipelinePanel({ overview, modules }: RunView): PageNode {
  const stages = (overview.stages ?? []).map(({ stage, number, state, detail }) =>
    h(
      'li',
      { key: stage, class: `stage ${state}`, 'aria-current': state === 'now' ? 'step' : undefined },
      h('b', {}, number),
      h('span', {}, stage),
      detail !== '' && state !== 'later' && h('small', { title: detail }, detail),
    ),
  );
  const rows = modules.map(({ name, phase, reviews, failures, resolutions, detail }) =>
    h(
      'tr',
      { key: name },
      h('th', { scope: 'row' }, name),
      h('td', {}, h('b', { class: `chip ${MODULE_TONES[phase]}` }, phase)),
      h('td', {}, reviews),
      h('td', {}, failures),
      h('td', {}, resolutions),
      h('td', { class: 'wide' }, detail),
    ),
  );
  return panel('Pipeline', [
    h('ol', { class: 'stages' }, stages),
    rows.length > 0 &&
      tableOf(['module', 'state', 'reviews', 'failed merges', 'conflicts', 'reasons'], rows, 'Modules'),
  ]);
}

function domainsPanel({ overview }: RunView): Given {
  if (overview.domains.length === 0) return null;
  const rows = overview.domains.map(({ id, name, counts, total }) =>
    h(
      'tr',
      { key: id },
      h(
        'th',
        { scope: 'row' },
        h(
          'a',
          {
            href: `#/run/${overview.run}/agents`,
            'data-act': 'filter',
            'data-name': 'domain',
            'data-value': id,
          },
          name,
        ),
      ),
      h('td', { class: 'bar-cell' }, progressBar(counts.done, counts.running, counts.gap, total)),
      h('td', {}, `${counts.done}/${total}`),
      h('td', { class: counts.running > 0 ? 'run-text' : 'soft' }, counts.running),
      h('td', { class: counts.gap > 0 ? 'bad-text' : 'soft' }, counts.gap),
    ),
  );
  return panel('Domains', tableOf(['domain', 'progress', 'done', 'running', 'gaps'], rows, 'Domains'));
}

function metricsPanel({ overview: { metrics, denied } }: RunView): PageNode {
  return panel(
    'Metrics',
    figures([
      ['parallel', [String(metrics.running), h('small', {}, ` now, ${metrics.peak} at most`)]],
      ['headroom', [String(metrics.headroom), h('small', {}, ` of ${metrics.slots}`)]],
      ['utilisation', formatShare(metrics.utilisation)],
      ['rework', formatShare(metrics.rework)],
      ['integration', formatShare(metrics.integration)],
      ['waited for you', formatSpan(metrics.waitedMs)],
      ['denied tools', String(denied.length), denied.length > 0 ? 'warn' : 'quiet'],
    ]),
  );
}

function costPanel({ cost, overview }: RunView, _state: PageState): PageNode {
  const { byModel, byDomain = [], forecast } = cost;
  const isKnown = cost.usd !== null || cost.tokens !== null;
  const row = (name: string, agents: number, usd: number | null, tokens: number | null) =>
    h(
      'tr',
      { key: name },
      h('th', { scope: 'row' }, name),
      h('td', {}, agents),
      h('td', {}, tokens === null ? '—' : formatCount(tokens)),
      h('td', {}, formatDollars(usd)),
    );
  const models = byModel.map(({ model, agents, usd, tokens }) =>
    row(model ?? 'commands', agents, usd, tokens),
  );
  const domains = byDomain
    .filter(({ usd }) => usd !== null && usd > 0)
    .map(({ domain, agents, usd, tokens }) => row(domain, agents, usd, tokens));
  return panel('Cost and context', [
    models.length > 0
      ? tableOf(['model', 'agents', 'tokens', 'cost'], models, 'Cost by model')
      : empty('No agents yet.'),
    domains.length > 1 && tableOf(['domain', 'agents', 'tokens', 'cost'], domains, 'Cost by domain'),
    h(
      'p',
      { class: 'soft' },
      isKnown ? '' : 'The agents reported no cost. ',
      forecast ? `Forecast: ${describeForecast(forecast)}. ` : '',
      overview.context
        ? `The conversation paid ${formatCount(overview.context.tokens)} tokens.`
        : 'No conversation carried this run.',
    ),
  ]);
}

function describeForecast({ usd, tokens }: NonNullable<Cost['forecast']>): string {
  return `${usd === null ? '' : `${formatDollars(usd)}, `}${formatCount(tokens)} tokens`;
}

function marksPanel({ marks, overview }: RunView): Given {
  if (marks.length === 0) return null;
  const items = marks
    .slice(-MAX_MARKS)
    .reverse()
    .map(({ at, text, agent }, index) =>
      h(
        'li',
        { key: `${at} ${text} ${agent ?? ''} ${index}` },
        h('time', {}, formatClock(at)),
        h(
          'span',
          {},
          agent !== undefined && h('a', { href: `#/run/${overview.run}/agent/${agent}` }, agent),
          ` ${text}`,
        ),
      ),
    );
  return panel('What happened', h('ol', { class: 'log' }, items));
}
