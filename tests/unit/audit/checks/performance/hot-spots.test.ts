import { describe, expect, it } from 'vitest';
import {
  describeHotSpot,
  type History,
  rankHotSpots,
  readNumstat,
} from '../../../../../src/audit/checks/performance/hot-spot-rank.ts';

/** As `git log --numstat -z --format=%x01` prints it. */
function log(...commits: [added: number | '-', removed: number | '-', path: string][][]): string {
  return commits
    .map(
      (files) =>
        `\u0001\0${files.map(([a, r, path], i) => `${i === 0 ? '\n' : ''}${a}\t${r}\t${path}\0`).join('')}`,
    )
    .join('');
}

const file = (path: string, lines: number) => ({ path, text: () => 'x\n'.repeat(lines) });

function history(byPath: Record<string, number>, commits = 100): History {
  return {
    commits,
    byPath: new Map(Object.entries(byPath).map(([p, n]) => [p, { commits: n, lines: n * 10 }])),
  };
}

describe('hot-spots', () => {
  it('reads the log: several files, binary ones, odd names, a prefix', () => {
    const text = log(
      [
        [1, 2, 'pkg/a.ts'],
        ['-', '-', 'pkg/logo.png'],
      ],
      [],
      [
        [3, 0, 'pkg/a.ts'],
        [5, 5, 'pkg/with\nline\tand ü.ts'],
        [1, 1, 'other/a.ts'],
      ],
    );
    const read = readNumstat(text, 'pkg/');
    expect(read.commits).toBe(3);
    expect([...read.byPath]).toEqual([
      ['a.ts', { commits: 2, lines: 6 }],
      ['with\nline\tand ü.ts', { commits: 1, lines: 10 }],
    ]);
    expect(readNumstat('', '')).toEqual({ commits: 0, byPath: new Map() });
  });

  it.each<[string, Record<string, number>, [string, number][], string[]]>([
    [
      'often and large wins',
      { a: 50, b: 10 },
      [
        ['a', 300],
        ['b', 2000],
      ],
      ['b', 'a'],
    ],
    ['small files are no hot spot', { a: 90 }, [['a', 100]], []],
    ['quiet files are no hot spot', { a: 3 }, [['a', 5000]], []],
    ['deleted files are no hot spot', { a: 90 }, [], []],
    [
      'a tie is ordered by path',
      { b: 10, a: 10 },
      [
        ['b', 400],
        ['a', 400],
      ],
      ['a', 'b'],
    ],
  ])('%s', (_name, churn, files, ranked) => {
    const spots = rankHotSpots(
      files.map(([path, lines]) => file(path, lines)),
      history(churn),
    );
    expect(spots.map((s) => s.path)).toEqual(ranked);
  });

  it('reports nothing for a short history, and at most ten files', () => {
    expect(rankHotSpots([file('a', 900)], history({ a: 10 }, 12))).toEqual([]);
    const many = Array.from({ length: 30 }, (_, i) => `f${i}`);
    const churn = history(Object.fromEntries(many.map((p) => [p, 20])));
    expect(
      rankHotSpots(
        many.map((p) => file(p, 500)),
        churn,
      ),
    ).toHaveLength(10);
  });

  it('has no severity', () => {
    const spot = { path: 'a.ts', commits: 20, lines: 100, size: 500, score: 1 };
    expect(describeHotSpot(spot)).toEqual({
      topic: 'Hot spots',
      text: 'a.ts: 20 changes × 500 lines, 100 lines added or removed',
    });
  });
});
