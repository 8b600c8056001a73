import type { AgentRow, AttemptRow } from '../../model.ts';
import { type Given, h, type PageNode } from '../parts/nodes.ts';
import type { PageState } from '../parts/page-state.ts';
import { formatClock, formatSpan } from '../parts/wording.ts';

const ROW = 18;
const GAP = 3;
const TOP = 34;
const LEFT = 26;
/** Narrower bars have no words. */
const MIN_LABEL = 34;
const MIN_LETTER = 10;

interface Scale {
  from: number;
  to: number;
  x(at: number): number;
  /** Tells a scale from another one. */
  name: string;
}

/** Letter and class of an attempt; colour is never the only difference. */
export function markOf(
  { outcome, attempt }: Pick<AttemptRow, 'outcome' | 'attempt'>,
  isGap: boolean,
): [letter: string, kind: string, meaning: string] {
  if (isGap) return ['G', 'gap', 'gap'];
  switch (outcome) {
    case 'running':
      return attempt > 1 ? ['R', 'running', 'running again'] : ['', 'running', 'running'];
    case 'done':
      return attempt > 1 ? ['R', 'done', 'done at a retry'] : ['', 'done', 'done'];
    case 'failed':
      return ['F', 'failed', 'reports an error'];
    case 'given back':
      return ['B', 'back', 'given back'];
    case 'limited':
      return ['L', 'back', 'rate limit'];
    case 'refused':
      return ['X', 'back', 'refused by the service'];
    default:
      return [outcome.slice(0, 1).toUpperCase(), 'invalid', `file ${outcome}`];
  }
}

/** The window of a run that goes on grows in steps, so that bars do not move all the time. */
export function windowOf(from: number, now: number, isOver: boolean): number {
  const elapsed = Math.max(1_000, now - from);
  if (isOver) return from + elapsed * 1.01;
  const steps = Math.ceil(Math.log((elapsed * 1.04) / 20_000) / Math.log(1.3));
  return from + 20_000 * 1.3 ** Math.max(0, steps);
}

/** The attempts of a run in their slots, with waves as bands and a line at now. */
export function timeline(
  attempts: readonly AttemptRow[],
  agents: readonly AgentRow[],
  state: PageState,
  { run, isOver }: { run: string; isOver: boolean },
): PageNode {
  const [first] = attempts;
  if (!first) return h('p', { class: 'empty' }, 'No agent has started yet.');
  const end = isOver ? Math.max(...attempts.map(({ to, from }) => to ?? from)) : state.now;
  const to = windowOf(first.from, end, isOver);
  const width = Math.max(320, state.width) * state.zoom;
  const span = to - first.from;
  const x = (at: number) => Math.round((LEFT + ((at - first.from) * (width - LEFT - 8)) / span) * 10) / 10;
  const scale: Scale = { from: first.from, to, x, name: `${width} ${first.from} ${to}` };
  const slots = Math.max(...attempts.map(({ slot }) => slot)) + 1;
  const height = TOP + slots * (ROW + GAP) + 4;
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  return h(
    'div',
    {
      class: 'chart',
      'data-scroll': isOver ? undefined : 'end',
      tabindex: 0,
      role: 'region',
      'aria-label': 'Timeline; the table of agents has the same data',
    },
    h(
      'svg',
      {
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        role: 'img',
        'aria-label': describeChart(attempts, slots),
      },
      waveBands(attempts, byId, scale, height, state.now),
      ticks(scale, height),
      h('g', { class: 'slots', memo: `${slots}` }, slotLabels(slots)),
      h(
        'g',
        { class: 'bars' },
        attempts.map((row) => bar(row, byId.get(row.agent), scale, state.now, run)),
      ),
      !isOver && nowLine(x(state.now), height),
    ),
  );
}

function describeChart(attempts: readonly AttemptRow[], slots: number): string {
  const running = attempts.filter(({ outcome }) => outcome === 'running').length;
  return `${attempts.length} attempts in ${slots} slots, ${running} running`;
}

const cached = new WeakMap<AttemptRow, { name: string; node: PageNode }>();

/** The bar of an attempt. That of an ended one is made once for each scale. */
function bar(row: AttemptRow, agent: AgentRow | undefined, scale: Scale, now: number, run: string): PageNode {
  const isGap = agent?.standing === 'gap' && agent.attempts === row.attempt;
  const name = `${scale.name} ${isGap}`;
  const known = cached.get(row);
  if (row.to !== undefined && known?.name === name) return known.node;
  const node = drawBar(row, agent, scale, row.to ?? Math.max(now, row.from), isGap, run);
  if (row.to !== undefined) cached.set(row, { name, node });
  return node;
}

function drawBar(
  row: AttemptRow,
  agent: AgentRow | undefined,
  { x, name }: Scale,
  to: number,
  isGap: boolean,
  run: string,
): PageNode {
  const [letter, kind, meaning] = markOf(row, isGap);
  const left = x(row.from);
  const width = Math.max(2, Math.round((x(to) - left - 1) * 10) / 10);
  const top = TOP + row.slot * (ROW + GAP);
  const label = width >= MIN_LABEL ? `${letter === '' ? '' : `${letter} `}${row.agent}` : letter;
  const fits = width >= Math.max(MIN_LETTER, label.length > 1 ? label.length * 6.4 + 8 : MIN_LETTER);
  const words = fits ? label : width >= MIN_LETTER ? letter : '';
  return h(
    'g',
    {
      key: `${row.agent}/${row.attempt}/${row.from}`,
      memo: `${name} ${left} ${width} ${kind} ${words}`,
      class: `bar ${kind}`,
      'data-act': 'go',
      'data-value': `#/run/${run}/agent/${row.agent}`,
    },
    h(
      'title',
      {},
      `${row.agent}${agent ? ` (${agent.name})` : ''}, attempt ${row.attempt}: ${meaning}, ${formatSpan(to - row.from)}`,
    ),
    h('rect', { x: left, y: top, width, height: ROW, rx: Math.min(3, width / 2) }),
    words !== '' && h('text', { x: left + 5, y: top + 13 }, words),
  );
}

function waveBands(
  attempts: readonly AttemptRow[],
  agents: ReadonlyMap<string, AgentRow>,
  { x }: Scale,
  height: number,
  now: number,
): PageNode {
  const waves = new Map<number, [from: number, to: number]>();
  for (const { agent, from, to = now } of attempts) {
    const wave = agents.get(agent)?.wave ?? 0;
    const known = waves.get(wave) ?? [from, to];
    waves.set(wave, [Math.min(known[0], from), Math.max(known[1], to)]);
  }
  const bands = [...waves].map(([wave, [from, to]]): Given => {
    const left = x(from);
    const width = Math.max(1, x(to) - left);
    return h(
      'g',
      { key: wave, class: `wave ${wave % 2 === 0 ? 'even' : 'odd'}` },
      h('rect', { x: left, y: 16, width, height: height - 16 }),
      width > 14 && h('text', { x: left + 3, y: 28 }, width > 56 ? `wave ${wave}` : String(wave)),
    );
  });
  return h('g', { class: 'waves' }, bands);
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

function ticks({ from, to, x, name }: Scale, height: number): PageNode {
  const room = (x(to) - x(from)) / 76;
  const step = (STEPS.find((seconds) => (to - from) / 1000 / seconds <= room) ?? 86_400) * 1000;
  const start = Math.ceil(from / step) * step;
  const nodes: PageNode[] = [];
  for (let at = start; at < to; at += step)
    nodes.push(
      h('line', { x1: x(at), y1: 14, x2: x(at), y2: height }),
      h('text', { x: x(at) + 2, y: 11 }, step < 60_000 ? formatClock(at) : formatClock(at).slice(0, 5)),
    );
  return h('g', { class: 'ticks', memo: `${name} ${height}` }, nodes);
}

function slotLabels(slots: number): PageNode[] {
  return Array.from({ length: slots }, (_, slot) =>
    h('text', { x: 20, y: TOP + slot * (ROW + GAP) + 13 }, String(slot + 1)),
  );
}

const nowLine = (x: number, height: number): PageNode =>
  h('g', { class: 'now', key: 'now' }, h('line', { x1: x, y1: 14, x2: x, y2: height }));

/** What the colours and letters mean, of those that the chart has. */
export function timelineLegend(attempts: readonly AttemptRow[], agents: readonly AgentRow[]): PageNode {
  const gaps = new Map(agents.filter(({ standing }) => standing === 'gap').map((agent) => [agent.id, agent]));
  const found = new Map<string, [letter: string, kind: string]>();
  for (const row of attempts) {
    const [letter, kind, meaning] = markOf(row, gaps.get(row.agent)?.attempts === row.attempt);
    found.set(meaning, [letter, kind]);
  }
  return h(
    'ul',
    { class: 'legend' },
    [...found].map(([meaning, [letter, kind]]) =>
      h('li', { key: meaning }, h('span', { class: `swatch ${kind}` }, letter), meaning),
    ),
  );
}
