import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchNext } from './build-next.ts';
import { benchEngine } from './engine.ts';
import { benchVerify } from './files.ts';
import type { Row } from './measure.ts';
import { benchSchedules } from './schedules.ts';
import { benchStarts } from './starts.ts';
import { benchWorktrees } from './worktrees.ts';

const PAGE = 'docs/benchmarks.md';
const sao = resolve('bin/sao');
const hook = resolve('hooks/sao-hook');
// The full count takes a quarter of an hour on a machine of two cores.
const rounds = Number(/^--rounds=(\d+)$/m.exec(process.argv.join('\n'))?.[1] ?? 20);
const folder = mkdtempSync(join(tmpdir(), 'sao-bench-'));

try {
  const rows: Row[] = [
    ...benchStarts(folder, sao, hook),
    ...benchVerify(folder, sao),
    ...benchEngine(folder, sao),
    ...benchSchedules(),
    benchNext(folder, sao),
    ...(await benchWorktrees(folder, rounds)),
  ];
  const table = render(rows);
  console.log(table);
  if (process.argv.includes('--write')) keep(table);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function render(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, measured, bound, holds }) => `| ${what} | ${measured} | ${bound} | ${holds ? 'yes' : 'NO'} |`,
  );
  return ['| what | measured | bound | holds |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function keep(table: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const machine = `Node ${process.versions.node}, ${cpus().length} processors.`;
  const block = `<!-- bench -->\n${machine}\n\n${table}\n<!-- /bench -->`;
  writeFileSync(
    PAGE,
    page.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, () => block),
  );
}
