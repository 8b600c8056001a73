import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, formatMs, median, type Row, runOnce } from './measure.ts';

const ROUNDS = 31;

/** How long it takes until something answers at all: the command, and the hooks on every tool call. */
export function benchStarts(folder: string, sao: string, hook: string): Row[] {
  const empty = join(folder, 'empty.cjs');
  writeFileSync(empty, '');
  const version = compare(
    () => runOnce(sao, ['--version']).ms,
    () => runOnce(process.execPath, ['-e', '0']).ms,
    ROUNDS,
  );
  const env = { SAO_RUNS_DIR: join(folder, 'runs'), CLAUDE_CODE_SESSION_ID: 'bench-session' };
  const { dir, run } = makeActiveRun(sao, env, folder);
  const read = JSON.stringify({
    hook_event_name: 'PreToolUse',
    session_id: env.CLAUDE_CODE_SESSION_ID,
    cwd: folder,
    tool_name: 'Read',
    tool_input: { file_path: join(dir, 'report.md') },
  });
  const active = compare(
    () => runOnce(hook, [], { input: `${read}\n`, env }).ms,
    () => runOnce(process.execPath, [empty], { input: '\n' }).ms,
    ROUNDS,
  );
  // The machine has runs, and the call names none of them.
  const ordinary = read.replace(join(dir, 'report.md'), join(folder, 'README.md'));
  const idle = Array.from(
    { length: ROUNDS },
    () =>
      runOnce(hook, [], {
        input: `${ordinary}\n`,
        env: { ...env, CLAUDE_CODE_SESSION_ID: 'other', PATH: '/usr/bin:/bin' },
      }).ms,
  );
  return [
    {
      what: '`sao --version` against `node -e 0`',
      measured: `${formatMs(version.a)} / ${formatMs(version.b)} = ${version.ratio.toFixed(2)}`,
      bound: '≤ 1.6',
      holds: version.ratio <= 1.6,
    },
    {
      what: `hook call in an active run (${run}) against an empty script`,
      measured: `${formatMs(active.a)} / ${formatMs(active.b)} = ${active.ratio.toFixed(2)}`,
      bound: '≤ 1.6',
      holds: active.ratio <= 1.6,
    },
    {
      what: 'hook call in a session without a run (no Node process)',
      measured: formatMs(median(idle)),
      bound: '≤ 10 ms',
      holds: median(idle) <= 10,
    },
  ];
}

function makeActiveRun(sao: string, env: Record<string, string>, cwd: string): { dir: string; run: string } {
  const plan = {
    version: 1,
    domains: ['a', 'b', 'c', 'd'].map((id) => ({
      id,
      workers: Array.from({ length: 8 }, (_, n) => ({ task: `List part ${n} of ${id}` })),
    })),
  };
  mkdirSync(cwd, { recursive: true });
  const { data } = JSON.parse(runOnce(sao, ['init', '--json'], { env, cwd }).stdout) as {
    data: { run: string; dir: string };
  };
  runOnce(sao, ['plan', data.run, '-'], { env, cwd, input: JSON.stringify(plan) });
  runOnce(sao, ['next', data.run, '--confirm'], { env, cwd });
  return { dir: data.dir, run: '32 workers' };
}
