import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listPids } from '../../src/system/process/proc.ts';
import { type Arena, readArguments } from './arena.ts';
import type { Attack, Place } from './attack.ts';
import type { PreparedBuild } from './callers/build-test.ts';
import type { Caller } from './callers/caller.ts';
import type { Column } from './columns.ts';
import type { Row } from './rows.ts';

/** How long late attacks may take after their caller has ended. */
const LATE_MS = 30_000;

function groupsOf(attacks: readonly Attack[], size: number): Attack[][] {
  const count = Math.ceil(attacks.length / size);
  return Array.from({ length: count }, (_, index) => attacks.slice(index * size, (index + 1) * size));
}

/** Absence of an effect proves nothing if the caller runs nothing: after the attacks it still runs what it is given, if the human lets it. */
async function checkCaller(arena: Arena, caller: Caller, row: Row): Promise<void> {
  const mark = join(arena.work, 'control');
  const place = { mark } as Place;
  const told = await caller.attack([{ attack: CONTROL, place }]);
  const isRun = existsSync(mark);
  if (isRun === row.isRefused)
    throw new Error(`${row.title}: the control ${isRun ? 'ran' : 'did not run'}: ${told}`);
}

const CONTROL: Attack = {
  id: 'control',
  way: 'files',
  tries: 'does nothing wrong',
  target: 'code',
  script: ({ mark }) => `: > ${mark}`,
};

/** Tries all attacks in one cell of the table; returns the ids of those that opened their target. */
export async function measureCell(
  arena: Arena,
  { row, column, attacks }: { row: Row; column: Column; attacks: readonly Attack[] },
  build?: PreparedBuild,
): Promise<string[]> {
  const { session } = arena.begin(column, row.sandbox);
  const caller = await row.open(arena, session, build);
  const opened: string[] = [];
  try {
    for (const group of groupsOf(attacks, caller.atOnce)) {
      await caller.attack(group.map((attack) => ({ attack, place: arena.placeOf(attack) })));
      for (const attack of group) if (!attack.isLate && arena.judge(attack)) opened.push(attack.id);
    }
    await checkCaller(arena, caller, row);
  } finally {
    await caller.end();
  }
  const late = attacks.filter(({ isLate }) => isLate);
  writeFileSync(join(arena.work, 'over'), '');
  // In a sandbox, and where the human has refused the call, there are none.
  const waiting = () => listPids().some((pid) => readArguments(pid).includes(join(arena.work, 'over')));
  for (let left = LATE_MS; left > 0 && waiting(); left -= 100) await sleep(100);
  const openedLate = late.filter((attack) => arena.judge(attack)).map(({ id }) => id);
  arena.endLeftovers();
  return [...opened, ...openedLate].sort();
}
