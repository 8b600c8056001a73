import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { compare, formatMs, type Row, type Run, runOnce } from './measure.ts';

/**
 * Bounds of the engine's time over that of the least work that must be done. A start of Node is no measure of either: what the system takes for
 * a new file varies by a factor of ten on one machine.
 */
const MAX_PLAN_RATIO = 4;
const MAX_COMMAND_RATIO = 2.5;

/** What the engine adds: planning, and running commands that do nothing. */
export function benchEngine(folder: string, sao: string): Row[] {
  return [planThousand(folder, sao), ...commandOverhead(folder, sao)];
}

function init(sao: string, env: Record<string, string>, cwd: string): string {
  const { data } = JSON.parse(runOnce(sao, ['init', '--json'], { env, cwd }).stdout) as {
    data: { run: string };
  };
  return data.run;
}

function planThousand(folder: string, sao: string): Row {
  const env = { SAO_RUNS_DIR: join(folder, 'plans') };
  const plan = JSON.stringify({
    version: 1,
    // The default refuses a plan of 1,000 agents of dearer models for its price.
    domains: Array.from({ length: 5 }, (_, d) => ({
      id: `d${d}`,
      workers: Array.from({ length: 200 }, (_, n) => ({ task: `Review part ${n} of ${d}`, model: 'haiku' })),
    })),
  });
  let run = '';
  let copies = 0;
  const planned = compare(
    () => {
      run = init(sao, env, folder);
      return succeed(runOnce(sao, ['plan', run, '-'], { env, cwd: folder, input: plan })).ms;
    },
    () => {
      copies += 1;
      const { count, bytes } = measureFiles(join(env.SAO_RUNS_DIR, run, 'prompts'));
      return runScript('bare-files.mjs', [join(folder, `copy-${copies}`), count, bytes]);
    },
    11,
  );
  return {
    what: '`sao plan` of 1,000 workers against a script that only writes as many files',
    measured: `${formatMs(planned.a)} / ${formatMs(planned.b)} = ${planned.ratio.toFixed(1)}`,
    bound: `≤ ${MAX_PLAN_RATIO}`,
    holds: planned.ratio <= MAX_PLAN_RATIO,
  };
}

/** The number of files in a folder, and their mean size. */
function measureFiles(folder: string): { count: number; bytes: number } {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  return {
    count: sizes.length,
    bytes: Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length),
  };
}

/** Writes a user configuration; returns the variable with which `sao` reads it. */
function configure(folder: string, name: string, config: object): { XDG_CONFIG_HOME: string } {
  const home = join(folder, name);
  mkdirSync(join(home, 'sao'), { recursive: true });
  writeFileSync(join(home, 'sao', 'config.json'), JSON.stringify(config));
  return { XDG_CONFIG_HOME: home };
}

/** Runs a script beside this one; answers its time in milliseconds. */
function runScript(name: string, args: readonly (string | number)[]): number {
  const path = resolve('scripts/bench', name);
  return succeed(runOnce(process.execPath, [path, ...args.map(String)])).ms;
}

/** A refused call is fast: its time would say nothing. */
function succeed(run: Run): Run {
  if (run.code !== 0) throw new Error(`sao ended with ${run.code}`);
  return run;
}

const WORKERS = 300;
/** As many as the engine runs at once. */
const SLOTS = 2 * availableParallelism();

function commandOverhead(folder: string, sao: string): Row[] {
  const runs = { SAO_RUNS_DIR: join(folder, 'commands') };
  const unboxed = { ...runs, ...configure(folder, 'unboxed', { sandbox: 'off' }) };
  const boxed = { ...runs, ...configure(folder, 'boxed', { sandbox: 'auto' }) };
  const plan = JSON.stringify({
    version: 1,
    domains: [
      {
        id: 'idle',
        workers: Array.from({ length: WORKERS }, (_, n) => ({ run: 'true', task: `Nothing, number ${n}` })),
      },
    ],
  });
  const perWorker = (schedule: string, env: Record<string, string>) => {
    const run = init(sao, env, folder);
    succeed(runOnce(sao, ['plan', run, '-'], { env, cwd: folder, input: plan }));
    return (
      succeed(runOnce(sao, ['run', run, '--unattended', '--schedule', schedule], { env, cwd: folder })).ms /
      WORKERS
    );
  };
  let copies = 0;
  const bare = () => {
    copies += 1;
    return runScript('bare-commands.mjs', [join(folder, `bare-${copies}`), WORKERS, SLOTS]) / WORKERS;
  };
  const worker = `a command worker of no work, mean of ${WORKERS}`;
  const rows = ['waves', 'rolling'].map((schedule) => {
    const { a, b, ratio } = compare(() => perWorker(schedule, unboxed), bare, 7);
    return {
      what: `${worker}, ${schedule}, without a sandbox, against a script that only starts it and writes its file`,
      measured: `${formatMs(a)} / ${formatMs(b)} = ${ratio.toFixed(1)}`,
      bound: `≤ ${MAX_COMMAND_RATIO}`,
      holds: ratio <= MAX_COMMAND_RATIO,
    };
  });
  const inBox = compare(
    () => perWorker('rolling', boxed),
    () => perWorker('rolling', unboxed),
    5,
  );
  return [
    ...rows,
    {
      what: `${worker}, in the sandbox (bubblewrap) against without it`,
      measured: hasSandbox()
        ? `${formatMs(inBox.a)} / ${formatMs(inBox.b)} = ${inBox.ratio.toFixed(1)}`
        : 'not measured: there is no bubblewrap here',
      bound: 'beside it',
      holds: true,
    },
  ];
}

function hasSandbox(): boolean {
  const tried = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']);
  return tried.status === 0;
}
