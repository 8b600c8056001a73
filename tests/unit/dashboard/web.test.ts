import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/dashboard/model.ts';
import { renderExport } from '../../../src/dashboard/page.ts';
import { buildRunView } from '../../../src/dashboard/view.ts';
import { parseMessages } from '../../../src/dashboard/web/link.io.ts';
import { renderPage } from '../../../src/dashboard/web/page.ts';
import { type PageChild, type PageNode, textOfNode } from '../../../src/dashboard/web/parts/nodes.ts';
import { type PageData, type PageState, parseFragment } from '../../../src/dashboard/web/parts/page-state.ts';
import { markOf, windowOf } from '../../../src/dashboard/web/views/timeline.ts';
import type { RunEvent } from '../../../src/run/ledger/run-event.ts';
import { describeStatus } from '../../../src/run/status/status.ts';
import { traceAttempts } from '../../../src/run/trace/attempts.ts';
import { SlotTable } from '../../../src/run/trace/slots.ts';
import {
  agentOf,
  confirmed,
  dispatched,
  entriesOf,
  planWith,
  RUN,
  returned,
  START,
  snapshotOf,
} from '../../harness/snapshots.ts';

const state: PageState = {
  at: { view: 'run', run: RUN },
  now: START + 60_000,
  width: 1000,
  zoom: 1,
  search: '',
  filters: {},
  link: { state: 'live', since: START },
  copied: '',
};

function viewOf(events: readonly RunEvent[], name = 'a1'): RunView {
  const plan = planWith([agentOf('a1', { name }), agentOf('a2'), agentOf('a3', { wave: 2 })]);
  const all = [...confirmed, ...events];
  const snapshot = snapshotOf({ plan, events: all, verdicts: { a1: 'done' }, after: 60_000 });
  const overview = describeStatus(snapshot, { needs: [] });
  return buildRunView(snapshot, overview, traceAttempts(entriesOf(all)), new SlotTable());
}

const nodesOf = (nodes: readonly PageChild[]): PageNode[] =>
  nodes.flatMap((node) => (typeof node === 'string' ? [] : [node, ...nodesOf(node.children)]));

const page = (data: Partial<PageData>, more: Partial<PageState> = {}) =>
  renderPage({ problems: [], ...data }, { ...state, ...more });

describe('the view of a run', () => {
  const run = viewOf([
    dispatched('a1'),
    dispatched('a2'),
    returned('a1', 'done'),
    returned('a2', 'missing'),
    dispatched('a2', 2),
  ]);

  it('gives each attempt the lowest free slot', () => {
    expect(run.attempts.map(({ agent, attempt, slot }) => [agent, attempt, slot])).toEqual([
      ['a1', 1, 0],
      ['a2', 1, 1],
      ['a2', 2, 0],
    ]);
  });

  it('says that nothing needs a human, and shows a bar for each attempt', () => {
    const nodes = nodesOf(page({ run }));
    const needs = nodes.find(({ attributes }) => attributes['aria-label'] === 'Needs you');
    expect(needs && textOfNode(needs)).toBe('Needs you nothing');
    const bars = nodes.filter(({ attributes }) => String(attributes.class).startsWith('bar '));
    expect(bars.map(({ attributes }) => attributes.class)).toEqual([
      'bar done',
      'bar invalid',
      'bar running',
    ]);
  });

  it('names what needs a human with the command that answers it, and links the page of a gate', () => {
    const command = `sao gate show ship ${RUN}`;
    const overview = {
      ...run.overview,
      needs: [{ kind: 'gate', text: 'gate ship waits', command } as const],
    };
    const nodes = nodesOf(page({ run: { ...run, overview } }));
    expect(nodes.some((node) => node.tag === 'code' && textOfNode(node) === command)).toBe(true);
    expect(nodes.some(({ attributes }) => attributes.href === `#/run/${RUN}/gate/ship`)).toBe(true);
  });

  it('draws the bars of ended attempts once for each scale', () => {
    const bars = (now: number) =>
      nodesOf(page({ run }, { now })).filter(({ attributes }) => String(attributes.class).startsWith('bar '));
    const [first, second] = [bars(START + 60_000), bars(START + 60_500)];
    expect(first[0]).toBe(second[0]);
    expect(first[2]).not.toBe(second[2]);
  });
});

/** Texts of agents that try to become markup, script, an address or an attribute. */
const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><script>alert(1)</script>',
  'javascript:alert(1)',
  '</script><script>alert(1)</script>',
  '<!--<script>',
  '{{constructor.constructor("alert(1)")()}}',
  '\u2028alert(1)\u2029',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
];

it.each(HOSTILE)('shows the hostile text %j as text', (text) => {
  const run = viewOf([dispatched('a1')], text);
  run.overview.task = text;
  run.overview.needs = [{ kind: 'question', text, command: text }];
  const pages = [page({ run }), page({ run }, { at: { view: 'agents', run: RUN } })].map(nodesOf);
  for (const nodes of pages) {
    expect(nodes.some((node) => textOfNode(node).includes(text))).toBe(true);
    expect(nodes.filter(({ tag }) => /^(?:script|iframe|img|object|embed)$/.test(tag))).toEqual([]);
    const names = nodes.flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => /^on|^style$|^src/.test(name))).toEqual([]);
    const links = nodes.flatMap(({ attributes }) => attributes.href ?? []);
    expect(links.filter((href) => !/^#\/?/.test(String(href)))).toEqual([]);
  }
  const whole = renderExport({ script: '0', style: '', data: { text } });
  expect(whole.match(/<script/g)?.length).toBe(2);
  expect(/<script type="application\/json" id="data">(.*)<\/script>/.exec(whole)?.[1]).not.toMatch(
    /[<\u2028]/,
  );
});

it('says that it is not connected, since when, and what to do if an address was used before', () => {
  const text = (link: PageState['link']) => page({}, { link }).map(textOfNode).join(' ');
  expect(text({ state: 'lost', since: START })).toMatch(/Not connected since \d\d:\d\d:\d\d/);
  expect(text({ state: 'refused', since: START })).toMatch(/was used before or is too old/);
});

it.each([
  ['#/', { view: 'runs' }],
  ['', { view: 'runs' }],
  ['#/queue', { view: 'queue' }],
  [`#/run/${RUN}`, { view: 'run', run: RUN }],
  [`#/run/${RUN}/agent/a1`, { view: 'agent', run: RUN, agent: 'a1' }],
  [`#/run/${RUN}/gate/ship`, { view: 'gate', run: RUN, stage: 'ship' }],
  ['#/%E0%A4%A', { view: 'runs' }],
])('reads the fragment %j', (fragment, view) => {
  expect(parseFragment(fragment)).toEqual(view);
});

it.each([
  [{ outcome: 'done', attempt: 1 } as const, false, ''],
  [{ outcome: 'done', attempt: 2 } as const, false, 'R'],
  [{ outcome: 'missing', attempt: 1 } as const, false, 'M'],
  [{ outcome: 'failed', attempt: 2 } as const, true, 'G'],
  [{ outcome: 'limited', attempt: 1 } as const, false, 'L'],
])('marks %j with a letter', (row, isGap, letter) => {
  expect(markOf(row, isGap)[0]).toBe(letter);
});

it('changes the scale of a run that goes on in steps', () => {
  const ends = Array.from({ length: 600 }, (_, second) => windowOf(0, second * 1000, false));
  expect(ends.every((end, second) => end >= second * 1000)).toBe(true);
  expect(new Set(ends).size).toBeLessThan(16);
});

it('cuts a stream into messages, wherever its pieces end', () => {
  const text = ': alive\n\nid: 5-a\nevent: state\ndata: {"a":1}\n\nid: 6-b\nevent: ch';
  expect(parseMessages(text)).toEqual({
    messages: [{ id: '5-a', event: 'state', data: '{"a":1}' }],
    rest: 'id: 6-b\nevent: ch',
  });
});
