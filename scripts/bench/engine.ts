import { join } from 'node:path';
import { formatMs, median, type Row, runOnce } from './measure.ts';

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
    domains: Array.from({ length: 5 }, (_, d) => ({
      id: `d${d}`,
      workers: Array.from({ length: 200 }, (_, n) => ({ task: `Review part ${n} of ${d}` })),
    })),
  });
  const times = Array.from({ length: 7 }, () => {
    const run = init(sao, env, folder);
    return runOnce(sao, ['plan', run, '-'], { env, cwd: folder, input: plan }).ms;
  });
  return {
    what: '`sao plan` of 1,000 workers',
    measured: formatMs(median(times)),
    bound: '≤ 0.5 s',
    holds: median(times) <= 500,
  };
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
  const perWorker = (schedule: string) =>
    median(
      Array.from({ length: 5 }, () => {
        const run = init(sao, env, folder);
        runOnce(sao, ['plan', run, '-'], { env, cwd: folder, input: plan });
        const { ms, code } = runOnce(sao, ['run', run, '--schedule', schedule], { env, cwd: folder });
        if (code !== 0) throw new Error(`sao run ended with ${code}`);
        return ms / WORKERS;
      }),
    );
  const plain = median(
    Array.from(
      { length: 5 },
      () =>
        runOnce('sh', ['-c', `i=0; while [ $i -lt ${WORKERS} ]; do /bin/true; i=$((i+1)); done`]).ms /
        WORKERS,
    ),
  );
  return ['waves', 'rolling'].map((schedule) => {
    const overhead = perWorker(schedule) - plain;
    return {
      what: `300 command workers of no work, ${schedule}`,
      measured: `${overhead.toFixed(1)} ms a worker (a plain start of the same program: ${plain.toFixed(1)} ms)`,
      bound: '≤ 10 ms',
      holds: overhead <= 10,
    };
  });
}
