import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeBuildRun } from './build-run.ts';
import { compare, formatMs, type Row, runOnce } from './measure.ts';

const MODULES = 50;
const ROUNDS = 31;
/** Of a contract that was written a moment ago `sao next` keeps no note. */
const SETTLED_MS = 3_500;

/** What a session waits for after every turn, in the middle of a large build. */
export function benchNext(folder: string, sao: string): Row {
  const project = join(folder, 'shop');
  const root = join(folder, 'builds');
  mkdirSync(project);
  const { run, agents } = makeBuildRun(project, root, MODULES);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLED_MS);
  const times = compare(
    () => next(sao, root, run, project),
    () => runOnce(process.execPath, ['-e', '0']).ms,
    ROUNDS,
  );
  return {
    what: `\`sao next\` in a build of ${MODULES} modules (${agents} agents so far) against \`node -e 0\``,
    measured: `${formatMs(times.a)} / ${formatMs(times.b)} = ${times.ratio.toFixed(2)}`,
    bound: '≤ 2.2',
    holds: times.ratio <= 2.2,
  };
}

function next(sao: string, root: string, run: string, cwd: string): number {
  const { ms, code, stdout } = runOnce(sao, ['next', run], { env: { SAO_RUNS_DIR: root }, cwd });
  if (code !== 0 || !stdout.startsWith('dispatch')) throw new Error(`sao next ended with ${code}: ${stdout}`);
  return ms;
}
