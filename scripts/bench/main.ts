import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchNext } from './build-next.ts';
import { benchDashboard } from './dashboard.ts';
import { benchEngine } from './engine.ts';
import { benchVerify } from './files.ts';
import { benchLedger } from './large-ledger.ts';
import type { Row } from './measure.ts';
import { keepTable } from './page.ts';
import { benchSchedules } from './schedules.ts';
import { benchStarts } from './starts.ts';
import { benchWorktrees } from './worktrees.ts';

const HEAD = ['| what | measured | bound | holds |', '| --- | --- | --- | --- |'];
const sao = resolve('bin/sao');
const hook = resolve('hooks/sao-hook');
// The full count takes a quarter of an hour on a machine of two cores.
const rounds = Number(/^--rounds=(\d+)$/m.exec(process.argv.join('\n'))?.[1] ?? 20);
const folder = mkdtempSync(join(tmpdir(), 'sao-bench-'));

const groups: Record<string, () => Row[] | Promise<Row[]>> = {
  // First: where tens of thousands of files have just been removed, ext4 makes new ones twenty times as slowly for some minutes.
  engine: () => benchEngine(folder, sao),
  starts: () => benchStarts(folder, sao, hook),
  schedules: () => benchSchedules(),
  ledger: () => benchLedger(folder, sao),
  next: () => [benchNext(folder, sao)],
  verify: () => benchVerify(folder, sao),
  dashboard: () => benchDashboard(folder, sao),
  worktrees: () => benchWorktrees(folder, rounds),
};

// `npm run bench [-- --write] [--rounds=N] [group…]`
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = words.filter((word) => !(word in groups));
if (unknown.length > 0)
  throw new Error(`no group ${unknown.join(', ')}: there are ${Object.keys(groups).join(', ')}`);
const chosen = Object.keys(groups).filter((name) => words.length === 0 || words.includes(name));

try {
  const rows: Row[] = [];
  for (const name of chosen) rows.push(...((await groups[name]?.()) ?? []));
  const lines = rows.map(
    ({ what, measured, bound, holds }) => `| ${what} | ${measured} | ${bound} | ${holds ? 'yes' : 'NO'} |`,
  );
  console.log([...HEAD, ...lines].join('\n'));
  const machine = `Node ${process.versions.node}, ${cpus().length} processors.`;
  if (process.argv.includes('--write'))
    keepTable({ mark: 'bench', head: HEAD, rows: lines, machine }, words.length === 0);
  process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
