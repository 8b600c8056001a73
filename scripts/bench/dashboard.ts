import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Row } from './measure.ts';

const AGENTS = 352;
const EVENTS_PER_SECOND = 3_000;
const SECONDS = 8;
const TICK_MS = 20;

/** What a browser says about a page that shows a run. */
interface PageFigures {
  firstChartMs: number;
  /** Share of the main thread while events arrive, 0 to 1. */
  mainThread: number;
  longTasks: number;
}

/**
 * The dashboard of a run of 352 agents to whose ledger 3,000 events are appended each second. The rows of the page need chromium at /usr/bin/chromium and
 * playwright-core, whose folder SAO_PLAYWRIGHT names; without them they are left out.
 */
export async function benchDashboard(folder: string, sao: string): Promise<Row[]> {
  const home = mkdtempSync(join(folder, 'dashboard-'));
  const env = { PATH: process.env.PATH, HOME: home, SAO_RUNS_DIR: join(home, 'runs') };
  mkdirSync(join(home, 'project'));
  const place = { cwd: join(home, 'project'), env, encoding: 'utf8' } as const;
  const domains = Array.from({ length: 8 }, (_, d) => ({
    id: `d${d + 1}`,
    workers: Array.from({ length: AGENTS / 8 }, (_, n) => ({
      task: `Look at part ${n + 1}`,
      model: 'haiku',
    })),
  }));
  const planned = execFileSync(
    process.execPath,
    [sao, 'plan', '--new', JSON.stringify({ version: 1, domains }), '--json'],
    place,
  );
  const { run, dir } = JSON.parse(planned).data as { run: string; dir: string };
  const child = spawn(process.execPath, [sao, 'dashboard', run, '--print-url'], { ...place, stdio: 'pipe' });
  try {
    const url = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    const listened = listen(url, run);
    const writer = openWriter(dir);
    writer(AGENTS);
    const page = await openPage(url);
    const before = readProcess(child.pid ?? 0);
    const start = Date.now();
    const watched = page?.watch(SECONDS * 1000);
    for (let written = 0; Date.now() - start < SECONDS * 1000; ) {
      const due = Math.floor(((Date.now() - start) * EVENTS_PER_SECOND) / 1000);
      writer(due - written);
      written = due;
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    const seconds = (Date.now() - start) / 1000;
    const after = readProcess(child.pid ?? 0);
    const figures = await watched;
    await page?.close();
    const { messages, bytes } = listened();
    return [
      sizeRow(sao),
      {
        what: `dashboard: server, ${AGENTS} agents, ${EVENTS_PER_SECOND} events per second`,
        measured: `${(((after.cpuMs - before.cpuMs) / seconds / 1000) * 100).toFixed(0)} % of a processor, ${after.mb.toFixed(0)} MB`,
        bound: '≤ 25 %, ≤ 200 MB',
        holds: (after.cpuMs - before.cpuMs) / seconds / 1000 <= 0.25 && after.mb <= 200,
      },
      {
        what: `dashboard: messages to a page for ${Math.round(seconds * EVENTS_PER_SECOND)} events`,
        measured: `${messages}, ${Math.round(bytes / 1000)} kB`,
        bound: '≤ 100',
        holds: messages <= 100,
      },
      ...(figures ? pageRows(figures) : []),
    ];
  } finally {
    child.kill();
  }
}

function sizeRow(sao: string): Row {
  const files = ['page.js.br', 'page.css.br'].map((name) => join(sao, '..', 'lib', name));
  const packed = files.reduce((sum, path) => sum + statSync(path).size, 0) / 1024;
  const whole = files.reduce((sum, path) => sum + brotliDecompressSync(readFileSync(path)).length, 0) / 1024;
  return {
    what: 'dashboard: script and style of the page',
    measured: `${whole.toFixed(0)} KiB, ${packed.toFixed(0)} KiB compressed`,
    bound: '≤ 80 KiB',
    holds: whole <= 80,
  };
}

function pageRows({ firstChartMs, mainThread, longTasks }: PageFigures): Row[] {
  return [
    {
      what: `dashboard: first chart of ${AGENTS} attempts, from the start of navigation`,
      measured: `${Math.round(firstChartMs)} ms`,
      bound: '≤ 1 s',
      holds: firstChartMs <= 1_000,
    },
    {
      what: `dashboard: page, ${AGENTS} agents, ${EVENTS_PER_SECOND} events per second`,
      measured: `${(mainThread * 100).toFixed(1)} % of the main thread, ${longTasks} long tasks`,
      bound: '≤ 10 %, 0 long tasks',
      holds: mainThread <= 0.1 && longTasks === 0,
    },
  ];
}

/** Appends events of agents: each is started, and returns with an invalid file, so that it starts again. */
function openWriter(dir: string): (count: number) => void {
  const path = join(dir, 'ledger.jsonl');
  let next = 0;
  const findings = { critical: 0, major: 0, minor: 0 };
  const lineOf = (index: number) => {
    const turn = Math.floor(index / 20);
    const agent = `${String.fromCharCode(97 + (turn % 8))}${(Math.floor((turn % AGENTS) / 8) % (AGENTS / 8)) + 1}`;
    const attempt = Math.floor(turn / AGENTS) + 1;
    const at = new Date().toISOString();
    const base = { v: 1, at, agent, attempt };
    if (index % 20 === 0) return { ...base, type: 'dispatched', driver: 'agent', wave: 1 };
    if (index % 20 === 19)
      return { ...base, type: 'returned', chars: 1, line: '', verdict: 'missing', words: 0, findings };
    return { ...base, type: 'spent', costUsd: 0.0001, inputTokens: 10, outputTokens: 1, durationMs: 1 };
  };
  return (count) => {
    const lines = Array.from({ length: Math.max(0, count) }, () => `${JSON.stringify(lineOf(next++))}\n`);
    if (lines.length > 0) appendFileSync(path, lines.join(''));
  };
}

/** Counts the messages of the stream from now on. */
function listen(url: string, run: string): () => { messages: number; bytes: number } {
  const { origin, hash } = new URL(url);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const counts = { messages: 0, bytes: 0 };
  get(`${origin}/api/events/run/${run}`, { headers: { Authorization: `Bearer ${token}` } }, (answer) => {
    answer.on('data', (chunk: Buffer) => {
      counts.bytes += chunk.length;
      counts.messages += String(chunk).split('\nevent: ').length - 1;
    });
    answer.on('error', () => undefined);
  }).on('error', () => undefined);
  return () => counts;
}

/** CPU time and resident memory of a process, from /proc. */
function readProcess(pid: number): { cpuMs: number; mb: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, mb: Number(rss) / 1000 };
}

const CHROMIUM = '/usr/bin/chromium';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** Opens the page in a browser; undefined if there is none, or no program to drive it. */
async function openPage(url: string) {
  const place = process.env.SAO_PLAYWRIGHT;
  if (place === undefined || !existsSync(CHROMIUM)) return undefined;
  const { chromium } = createRequire(join(place, 'x.js'))('playwright-core');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(
    'window.longTasks=0;new PerformanceObserver((list)=>{window.longTasks+=list.getEntries().length}).observe({type:"longtask"});',
  );
  await page.goto(url);
  await page.waitForSelector('.bar', { timeout: 20_000 });
  const firstChartMs = (await page.evaluate('performance.now()')) as number;
  const session = await page.context().newCDPSession(page);
  // Processor time of the thread, which other load on the machine does not change.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () => {
    const { metrics } = (await session.send('Performance.getMetrics')) as {
      metrics: { name: string; value: number }[];
    };
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  return {
    async watch(ms: number): Promise<PageFigures> {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await page.evaluate('window.longTasks=0');
      const before = await read();
      const start = Date.now();
      await new Promise((resolve) => setTimeout(resolve, ms - 1_000));
      const after = await read();
      const spent = (after.TaskDuration ?? 0) - (before.TaskDuration ?? 0);
      const passed = (Date.now() - start) / 1000;
      const longTasks = (await page.evaluate('window.longTasks')) as number;
      return { firstChartMs, mainThread: spent / passed, longTasks };
    },
    close: () => browser.close(),
  };
}
