import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, formatMs, type Row, type Run, runOnce } from './measure.ts';

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
  const env = { SAO_RUNS_DIR: join(folder, 'plans'), XDG_CONFIG_HOME: join(folder, 'config') };
  mkdirSync(join(folder, 'config', 'sao'), { recursive: true });
  // The default refuses a plan of 1,000 agents for its price.
  writeFileSync(join(folder, 'config', 'sao', 'config.json'), JSON.stringify({ maxPlanUsd: 1000 }));
  const plan = JSON.stringify({
    version: 1,
    domains: Array.from({ length: 5 }, (_, d) => ({
      id: `d${d}`,
      workers: Array.from({ length: 200 }, (_, n) => ({ task: `Review part ${n} of ${d}` })),
    })),
  });
  const planned = compare(
    () => {
      const run = init(sao, env, folder);
      return succeed(runOnce(sao, ['plan', run, '-'], { env, cwd: folder, input: plan })).ms;
    },
    startNode,
    11,
  );
  return {
    what: '`sao plan` of 1,000 workers against `node -e 0`',
    measured: `${formatMs(planned.a)} / ${formatMs(planned.b)} = ${planned.ratio.toFixed(1)}`,
    bound: '≤ 10',
    holds: planned.ratio <= 10,
  };
}

function startNode(): number {
  return runOnce(process.execPath, ['-e', '0']).ms;
}

/** A refused call is fast: its time would say nothing. */
function succeed(run: Run): Run {
  if (run.code !== 0) throw new Error(`sao ended with ${run.code}`);
  return run;
}

const WORKERS = 300;

function commandOverhead(folder: string, sao: string): Row[] {
  const env = { SAO_RUNS_DIR: join(folder, 'commands') };
  const plan = JSON.stringify({
    version: 1,
    domains: [
      {
        id: 'idle',
        workers: Array.from({ length: WORKERS }, (_, n) => ({ run: 'true', task: `Nothing, number ${n}` })),
      },
    ],
  });
  const perWorker = (schedule: string) => {
    const run = init(sao, env, folder);
    succeed(runOnce(sao, ['plan', run, '-'], { env, cwd: folder, input: plan }));
    return succeed(runOnce(sao, ['run', run, '--schedule', schedule], { env, cwd: folder })).ms / WORKERS;
  };
  return ['waves', 'rolling'].map((schedule) => {
    const { a, b, ratio } = compare(() => perWorker(schedule), startNode, 7);
    return {
      what: `a command worker of no work against \`node -e 0\`, mean of ${WORKERS}, ${schedule}`,
      measured: `${formatMs(a)} / ${formatMs(b)} = ${ratio.toFixed(2)}`,
      bound: '≤ 0.2',
      holds: ratio <= 0.2,
    };
  });
}
