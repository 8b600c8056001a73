/// <reference lib="dom" />
import type { Diagnostic } from '../../system/result.ts';
import type { RunsDetail } from '../detail.ts';
import { applyChangeTo, joinView, type PartChange, type Parts } from '../parts.ts';
import { listen } from './link.io.ts';
import { renderPage } from './page.ts';
import { detailOf, type PageData, type PageState, parseFragment, streamOf } from './parts/page-state.ts';
import { patchChildren } from './patch.io.ts';

interface SavedPage {
  at: string;
  now: number;
  answers: Record<string, unknown>;
}

const root = document.getElementById('page') as HTMLElement;
const saved = JSON.parse(document.getElementById('data')?.textContent ?? 'null') as SavedPage | null;
let token = '';
let parts: Parts = {};
let data: PageData = { problems: [] };
let detailProblems: Diagnostic[] = [];
let clockOffset = 0;
let closeStream = () => {};
let listening = '';
let detailTimer: ReturnType<typeof setTimeout> | undefined;
let isDrawn = true;
let state: PageState = {
  at: { view: 'runs' },
  now: Date.now(),
  width: 800,
  zoom: 1,
  search: '',
  filters: {},
  link: { state: saved ? 'still' : 'waiting', since: Date.now() },
  copied: '',
};

function draw(): void {
  if (!isDrawn) return;
  isDrawn = false;
  requestAnimationFrame(drawNow);
}

function drawNow(): void {
  isDrawn = true;
  const { width } = document.documentElement.getBoundingClientRect();
  const narrow = width < 600 ? 24 : 48;
  state = {
    ...state,
    now: saved ? saved.now : Date.now() + clockOffset,
    width: Math.floor(Math.min(width, 1720) - narrow - 34),
  };
  const chart = root.querySelector('.chart');
  const isAtEnd = chart !== null && chart.scrollLeft + chart.clientWidth >= chart.scrollWidth - 40;
  patchChildren(root, renderPage(data, state));
  const after = root.querySelector('.chart[data-scroll=end]');
  if (after && isAtEnd) after.scrollLeft = after.scrollWidth;
  document.title = titleOf();
}

function titleOf(): string {
  const { run } = data;
  if (!('run' in state.at) || run?.overview.run === undefined) return 'sao';
  const { counts, total, needs } = run.overview;
  return `${needs.length > 0 ? `(${needs.length}) ` : ''}${counts.done}/${total} sao`;
}

function showParts(): void {
  const { problems = [], now, ...others } = parts as Parts & { problems?: Diagnostic[]; now?: number };
  if (typeof now === 'number' && !saved && Math.abs(now - Date.now() - clockOffset) > 3_000)
    clockOffset = now - Date.now();
  data = { ...data, problems: [...problems, ...detailProblems] };
  if (listening === 'runs') data.runs = joinRuns(others, problems);
  else if (listening === 'queue') data.queues = (others.queues ?? data.queues) as PageData['queues'] & object;
  else if (problems.length === 0) data.run = joinView(others);
  draw();
}

function joinRuns(given: Parts, problems: Diagnostic[]): RunsDetail {
  const runs = Object.entries(given).filter(([name]) => name.startsWith('runs/'));
  const sorted = runs.map(([, run]) => run as RunsDetail['runs'][number]);
  sorted.sort((a, b) => (a.id < b.id ? 1 : -1));
  return { project: String(given.project ?? ''), now: 0, runs: sorted, problems };
}

function follow(): void {
  state = { ...state, at: parseFragment(location.hash), search: '', zoom: 1 };
  const path = streamOf(state.at);
  if (saved) {
    showSaved(path);
    return;
  }
  if (path !== listening) {
    closeStream();
    listening = path;
    parts = {};
    data = { problems: [] };
    state = { ...state, filters: {} };
    closeStream = listen(`/api/events/${path}`, token, {
      onMessage: ({ event, data: text }) => {
        if (event === 'state') parts = JSON.parse(text) as Parts;
        else applyChangeTo(parts, JSON.parse(text) as PartChange);
        showParts();
      },
      onLive: () => setLink('live'),
      onLost: () => setLink('lost'),
      onRefused: (status, body) => refuse(status, body),
    });
  }
  delete data.agent;
  delete data.gate;
  delete data.findings;
  detailProblems = [];
  void readDetail();
  draw();
}

function refuse(status: number, body: string): void {
  if (status === 401) {
    closeStream();
    setLink('refused');
    return;
  }
  data = { ...data, problems: problemsOf(body) };
  draw();
}

function problemsOf(body: string): Diagnostic[] {
  try {
    return (JSON.parse(body) as { problems: Diagnostic[] }).problems;
  } catch {
    return [];
  }
}

function setLink(link: PageState['link']['state']): void {
  if (state.link.state === link || state.link.state === 'refused') return;
  state = { ...state, link: { state: link, since: Date.now() } };
  draw();
}

/** Reads what the view needs beside its stream, again every few seconds while the run goes on. */
async function readDetail(): Promise<void> {
  clearTimeout(detailTimer);
  const path = detailOf(state.at);
  if (path === undefined) return;
  try {
    const response = await fetch(`/api/${path}`, { headers: { Authorization: `Bearer ${token}` } });
    if (path !== detailOf(state.at)) return;
    const text = await response.text();
    if (response.ok) putDetail(JSON.parse(text));
    else if (state.at.view === 'gate' && response.status === 404) putDetail(null);
    else detailProblems = problemsOf(text);
  } catch {
    // The stream says that the server is away.
  }
  draw();
  const isOver = data.run?.overview.state === 'done';
  if (!isOver) detailTimer = setTimeout(() => void readDetail(), 3_000);
}

function putDetail(value: unknown): void {
  const { view } = state.at;
  if (view === 'findings') data.findings = value as PageData['findings'] & object;
  if (view === 'agent') data.agent = value as PageData['agent'] & object;
  if (view === 'gate') data.gate = value as PageData['gate'] & object;
}

function showSaved(path: string): void {
  const answers = saved?.answers ?? {};
  const detail = detailOf(state.at);
  const value = answers[path];
  data = { problems: [] };
  if (path === 'runs') data.runs = value as RunsDetail;
  else if (path === 'queue') data.queues = (value as { queues: NonNullable<PageData['queues']> }).queues;
  else if (value) data.run = value as NonNullable<PageData['run']>;
  if (detail !== undefined && answers[detail] !== undefined) putDetail(answers[detail]);
  const isMissing = value === undefined || (detail !== undefined && answers[detail] === undefined);
  if (isMissing)
    data.problems = [
      { severity: 'info', code: 'not-saved', message: 'This saved page does not hold that view.' },
    ];
  draw();
}

function act(target: HTMLElement): void {
  const { act: action, value = '', name = '' } = target.dataset;
  if (action === 'go') location.hash = value;
  if (action === 'zoom') state = { ...state, zoom: Number(value) };
  if (action === 'filter') state = { ...state, filters: { ...state.filters, [name]: value } };
  if (action === 'copy') void copy(value);
  draw();
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    state = { ...state, copied: text };
  } catch {
    state = { ...state, copied: '' };
  }
  draw();
  setTimeout(() => {
    state = { ...state, copied: '' };
    draw();
  }, 2_000);
}

async function takeToken(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1));
  const [code, fresh, view] = [given.get('code'), given.get('token'), given.get('view')];
  if (code === null && fresh === null) {
    token = sessionStorage.getItem('sao-token') ?? '';
    return;
  }
  // The secret leaves the address at once, and with it the history.
  history.replaceState(null, '', `#${view ?? '/'}`);
  if (fresh !== null) token = fresh;
  else {
    const response = await fetch('/api/token', { headers: { Authorization: `Code ${code}` } });
    token = response.ok ? ((await response.json()) as { token: string }).token : '';
  }
  if (token !== '') sessionStorage.setItem('sao-token', token);
}

root.addEventListener('click', (event) => {
  const target = (event.target as Element).closest<HTMLElement>('[data-act]');
  if (target && target.dataset.act !== 'search') act(target);
});
root.addEventListener('input', (event) => {
  const target = event.target as HTMLInputElement;
  if (target.dataset.act !== 'search') return;
  state = { ...state, search: target.value };
  draw();
});
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key === '/' && !isTyping) {
    const field = root.querySelector<HTMLElement>('.search input');
    if (field) event.preventDefault();
    field?.focus();
  }
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '+') state = { ...state, zoom: Math.min(64, state.zoom * 2) };
  if (event.key === '-') state = { ...state, zoom: Math.max(1, state.zoom / 2) };
  if (event.key === '+' || event.key === '-') draw();
});
addEventListener('hashchange', follow);
addEventListener('resize', draw);
// Running bars and ages go on without a message.
if (!saved) setInterval(() => state.link.state === 'live' && 'run' in state.at && draw(), 1_000);

async function start(): Promise<void> {
  if (saved) {
    if (location.hash === '') history.replaceState(null, '', `#${saved.at}`);
  } else await takeToken();
  if (!saved && token === '') setLink('refused');
  if (!saved && token === '') return;
  follow();
}

void start();
