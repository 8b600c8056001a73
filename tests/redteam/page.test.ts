import { describe, expect, it } from 'vitest';
import { TARGETS, WAYS } from './attack.ts';
import { ATTACKS } from './attacks/index.ts';
import { COLUMNS } from './columns.ts';
import { cellOf, expectedAt, workOf } from './expected.ts';
import { readTable, WORK } from './page.ts';
import { SESSIONS, TESTS, WORKERS } from './rows.ts';

const ROWS = [...SESSIONS, ...WORKERS, ...TESTS];
const table = readTable();

describe('the table in SECURITY.md', () => {
  it('has the rows and columns in which attacks are tried, and no other', () => {
    expect([...table.keys()]).toEqual(ROWS.map(({ title }) => title));
    for (const cells of table.values())
      expect([...cells.keys()]).toEqual([...COLUMNS.map(({ title }) => title), WORK]);
  });

  describe.each(ROWS)('says of $title', ({ title: row }) => {
    it.each(COLUMNS)('under $title what opens', ({ title: column }) => {
      expect(table.get(row)?.get(column)).toBe(cellOf(expectedAt(row, column)));
    });

    it('whether the output of another agent can be written', () => {
      expect(table.get(row)?.get(WORK)).toBe(workOf(row));
    });
  });
});

describe('what has to hold', () => {
  it.each(ROWS)('nothing opens from $title where root owns the demand for signatures', ({ title }) => {
    expect(cellOf(expectedAt(title, '`signed`, root’s files'))).toBe('holds');
  });

  it.each(ROWS.filter(({ isConfined }) => isConfined))(
    'nothing opens from $title, for any demand',
    ({ title }) => {
      for (const column of COLUMNS) expect(expectedAt(title, column.title)).toEqual([]);
    },
  );
});

describe('the table of attacks', () => {
  it('has at least 40 entries with ids of their own, of every way and at every target', () => {
    expect(ATTACKS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length);
    expect(new Set(ATTACKS.map(({ way }) => way))).toEqual(new Set(WAYS));
    expect(new Set(ATTACKS.map(({ target }) => target))).toEqual(new Set(Object.keys(TARGETS)));
  });
});
