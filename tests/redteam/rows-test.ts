import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSandbox } from '../../src/system/sandbox/find-sandbox.ts';
import { isFullScale } from '../harness/scale.ts';
import { Arena } from './arena.ts';
import { ATTACKS } from './attacks/index.ts';
import { type PreparedBuild, prepareBuild } from './callers/build-test.ts';
import { COLUMNS, type Column, canMeasure } from './columns.ts';
import { cellOf, expectedAt } from './expected.ts';
import { measureCell } from './measure.ts';
import { readTable } from './page.ts';
import type { Row } from './rows.ts';

const { kind } = await findSandbox();

/** Why a cell cannot be measured on this machine; undefined if it can. */
function findObstacle(row: Row, column: Column): string | undefined {
  if (row.isConfined && kind === 'none') return 'no sandbox works on this machine';
  return canMeasure(column) ? undefined : 'only root can make files that its agents cannot change';
}

/** Words of the ids of the attacks to try, for work on an attack; without it all are tried. */
const only = process.env.SAO_REDTEAM_ONLY;
const isWanted = ({ id }: { id: string }) => only === undefined || new RegExp(only).test(id);
const attacks = ATTACKS.filter((attack) => (isFullScale || attack.isShort) && isWanted(attack));

const listAttacks = ({ isConfined }: Row) =>
  attacks.filter(({ isForSandbox }) => isConfined || !isForSandbox);

/** Tries the attacks in each cell of these rows; in the short form in the cells that have to hold. */
export function testRows(rows: readonly Row[]): void {
  let arena: Arena;
  let build: PreparedBuild;
  beforeAll(() => {
    arena = new Arena(attacks);
    build = prepareBuild(arena);
  });
  afterAll(() => arena.remove());

  const chosen = rows.filter(({ short }) => isFullScale || short.length > 0);
  for (const row of chosen)
    describe(`attacks from ${row.title}`, () => {
      const columns = COLUMNS.filter(({ title }) => isFullScale || row.short.includes(title));
      for (const column of columns) {
        const obstacle = findObstacle(row, column);
        const skipped = obstacle === undefined ? '' : ` (SKIPPED: ${obstacle})`;
        it.skipIf(obstacle !== undefined)(
          `open under ${column.title} only what is known${skipped}`,
          async () => {
            const opened = await measureCell(arena, { row, column, attacks: listAttacks(row) }, build);
            const known = expectedAt(row.title, column.title);
            expect(opened).toEqual(known.filter((id) => attacks.some((attack) => attack.id === id)).sort());
            if (isFullScale && only === undefined)
              expect(readTable().get(row.title)?.get(column.title)).toBe(cellOf(opened));
          },
        );
      }
    });
}
