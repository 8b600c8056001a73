import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatMs, median, type Row } from './measure.ts';

const EVENTS = 1_000_000;
const AGENTS = 300;
const ROUNDS = 7;
const BOUNDS = { next: { ms: 500, mb: 150 }, status: { ms: 1000, mb: 250 } } as const;

/** A run of 300 agents with a million events: the first call replays all of them, the measured ones start at the snapshot. */
export function benchLedger(folder: string, sao: string): Row[] {
  const home = join(folder, 'large-ledger');
  mkdirSync(home);
  const measure = join(home, 'measure.cjs');
  writeFileSync(
    measure,
    "process.on('exit', () => process.stderr.write('\\nRSS=' + process.resourceUsage().maxRSS));",
  );
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    SAO_RUNS_DIR: join(home, 'runs'),
    NODE_OPTIONS: `--require=${measure}`,
  };
  const call = (...args: string[]) => {
    const start = process.hrtime.bigint();
    const { status, stdout, stderr } = spawnSync(process.execPath, [sao, ...args], {
      cwd: home,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`sao ${args.join(' ')} ended with ${status}: ${stderr}`);
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    return { stdout, ms, mb: Number(/RSS=(\d+)/.exec(stderr)?.[1]) / 1000 };
  };
  const domains = Array.from({ length: 5 }, (_, d) => ({
    id: `d${d + 1}`,
    workers: Array.from({ length: AGENTS / 5 }, (_, n) => ({
      task: `Look at part ${n + 1}`,
      model: 'haiku',
    })),
  }));
  const plan = call('plan', '--new', JSON.stringify({ version: 1, domains }), '--json').stdout;
  const { run, dir } = JSON.parse(plan).data as { run: string; dir: string };
  fillLedger(join(dir, 'ledger.jsonl'));
  call('next', run);
  return (['next', 'status'] as const).map((command) => {
    const calls = Array.from({ length: ROUNDS }, () => call(command, run));
    const ms = median(calls.map((each) => each.ms));
    const mb = Math.max(...calls.map((each) => each.mb));
    const bound = BOUNDS[command];
    return {
      what: `\`sao ${command}\` of a run with 1,000,000 events, after the first replay`,
      measured: `${formatMs(ms)}, ${mb.toFixed(0)} MB`,
      bound: `≤ ${formatMs(bound.ms)}, ≤ ${bound.mb} MB`,
      holds: ms <= bound.ms && mb <= bound.mb,
    };
  });
}

function fillLedger(path: string): void {
  for (let done = 0; done < EVENTS; ) {
    const lines: string[] = [];
    for (; lines.length < 60_000 && done < EVENTS; done += 3) {
      const at = new Date(1_790_000_000_000 + done * 10).toISOString();
      const agent = `a${((done / 3) % AGENTS) + 1}`;
      const entry = { v: 1, at, agent, attempt: 1 };
      lines.push(
        JSON.stringify({ ...entry, type: 'dispatched', driver: 'claude', wave: 1 }),
        JSON.stringify({ ...entry, type: 'released', reason: 'the process that carried it is gone' }),
        JSON.stringify({ v: 1, at, type: 'session-seen', session: `s${done % 5}` }),
      );
    }
    appendFileSync(path, `${lines.join('\n')}\n`);
  }
}
