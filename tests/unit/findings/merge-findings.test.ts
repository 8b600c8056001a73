import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, SEVERITIES, type Severity } from '../../../src/findings/finding.ts';
import { compareRank, type FindingSource, mergeFindings } from '../../../src/findings/merge-findings.ts';
import { ruleId } from '../../../src/findings/rule.ts';
import { similarity, titleWords } from '../../../src/findings/same-finding.ts';
import { scaled } from '../../harness/scale.ts';

/** `worker/domain severity title @ path:line — detail`, all but the title may be left out. */
function read(line: string): FindingSource {
  const form =
    /^(?:(?<worker>w\d+)(?:\/(?<domain>\w+))? )?(?:\[(?<severity>\w+)\] )?(?<title>.*?)(?: @ (?<place>\S+))?(?: — (?<detail>.*))?$/;
  const {
    worker = 'w1',
    domain = 'd1',
    severity = 'minor',
    title = '',
    place,
    detail,
  } = form.exec(line)?.groups ?? {};
  const [path, at] = place?.split(':') ?? [];
  const finding: Finding = {
    severity: severity as Severity,
    title,
    ...(path === undefined ? {} : { path }),
    ...(at === undefined ? {} : { line: Number(at) }),
    ...(detail === undefined ? {} : { detail }),
  };
  return { worker, domain, finding };
}
const merge = (...lines: string[]) => mergeFindings(lines.map(read));
const titles = (...lines: string[]) => merge(...lines).map((finding) => finding.title);

describe('grouping', () => {
  const SAME: [why: string, ...lines: string[]][] = [
    ['the same words', 'w1 SQL injection @ a.ts:1', 'w2 SQL injection @ a.ts:1'],
    ['other letters and marks', 'w1 SQL injection! @ a.ts:1', 'w2 "sql-injection" @ a.ts:1'],
    ['accents', 'w1 Café not closed @ a.ts:1', 'w2 Cafe\u0301 not closed @ a.ts:1'],
    ['another order', 'w1 Password logged in clear text @ a.ts:1', 'w2 Clear text password logged @ a.ts:1'],
    ['fillers', 'w1 A possible race in the lock @ a.ts:1', 'w2 Race on lock @ a.ts:1'],
    ['the plural', 'w1 Secrets in logs @ a.ts:1', 'w2 Secret in log @ a.ts:1'],
    [
      'most of the words on one line',
      'w1 SQL injection in login @ a.ts:1',
      'w2 SQL injection by name @ a.ts:1',
    ],
    [
      'most of the words two lines on',
      'w1 SQL injection in login query @ a.ts:1',
      'w2 SQL injection in login @ a.ts:3',
    ],
    ['equal words two lines on', 'w1 Race in lock @ a.ts:1', 'w2 Race in lock @ a.ts:3'],
    ['one worker who says it twice', 'w1 Race in lock @ a.ts:1', 'w1 race in the lock @ a.ts:1'],
    ['a file without a line', 'w1 No tests @ a.ts', 'w2 No tests @ a.ts'],
    ['no place and equal words', 'w1 No licence', 'w2 No licence'],
    ['another alphabet', 'w1 日本語 @ a.ts:1', 'w2 日本語 @ a.ts:1'],
    ['a title without words', 'w1 ??? @ a.ts:1', 'w2 ??? @ a.ts:1'],
  ];
  it.each(SAME)('merges: %s', (_, ...lines) => {
    expect(merge(...lines)).toHaveLength(1);
    expect(merge(...lines.toReversed())).toEqual(merge(...lines));
  });

  const APART: [why: string, ...lines: string[]][] = [
    ['other words on one line', 'w1 SQL injection @ a.ts:1', 'w2 Unused import @ a.ts:1'],
    [
      'a third of the words on one line',
      'w1 Missing input validation @ a.ts:1',
      'w2 Missing output encoding @ a.ts:1',
    ],
    ['a pattern on neighbouring lines', 'w1 Unused import fs @ a.ts:1', 'w2 Unused import os @ a.ts:2'],
    ['three lines between', 'w1 Race in lock @ a.ts:1', 'w2 Race in lock @ a.ts:4'],
    ['another file', 'w1 Race in lock @ a.ts:1', 'w2 Race in lock @ b.ts:1'],
    ['another folder', 'w1 Race in lock @ a/a.ts:1', 'w2 Race in lock @ b/a.ts:1'],
    ['a file and a line of it', 'w1 No tests @ a.ts', 'w2 No tests @ a.ts:1'],
    ['a file and no file', 'w1 No tests', 'w2 No tests @ a.ts'],
    ['similar words without a place', 'w1 No licence in package', 'w2 No licence'],
    ['two of one worker on one line', 'w1 Missing null check @ a.ts:1', 'w1 Missing error check @ a.ts:1'],
    ['titles without words', 'w1 ??? @ a.ts:1', 'w2 !!! @ a.ts:1'],
    ['one word of two on one line', 'w1 Missing tests @ a.ts:1', 'w2 Missing docs @ a.ts:1'],
    ['one word of two in one file', 'w1 No tests @ a.ts', 'w2 No types @ a.ts'],
    ['a pattern in one file', 'w1 No tests of parser @ a.ts', 'w2 No tests of lexer @ a.ts'],
  ];
  it.each(APART)('keeps apart: %s', (_, ...lines) => {
    expect(merge(...lines)).toHaveLength(2);
  });

  it('keeps two findings of one worker apart, even if a third finding is similar to both', () => {
    const lines = [
      'w1 Missing null check @ a.ts:1',
      'w1 Missing error check @ a.ts:1',
      'w2 Missing check @ a.ts:1',
    ];
    expect(merge(...lines)).toHaveLength(2);
    expect(
      merge('w1 Race @ a.ts:1', 'w2 Race @ a.ts:3', 'w1 Race @ a.ts:5', 'w2 Race @ a.ts:7'),
    ).toHaveLength(2);
  });

  it('merges a finding with the most similar one', () => {
    const found = merge(
      'w1 Missing null check on input @ a.ts:1',
      'w1 Missing error check on output @ a.ts:1',
      'w2 Missing error check @ a.ts:1',
    );
    expect(found.map(({ title, workers }) => `${title}: ${workers}`)).toEqual([
      'Missing error check on output: w1,w2',
      'Missing null check on input: w1',
    ]);
  });
});

describe('a merged finding', () => {
  it('has the worst severity, with the title and line of that finding', () => {
    const [found] = merge(
      'w1 [minor] SQL injection in the login handler @ a.ts:1 — short',
      'w2 [critical] SQL injection in login @ a.ts:2 — a longer detail',
      'w3 [major] SQL injection login @ a.ts:1',
    );
    expect(found).toEqual({
      severity: 'critical',
      title: 'SQL injection in login',
      path: 'a.ts',
      line: 2,
      detail: 'a longer detail',
      sources: [],
      workers: ['w1', 'w2', 'w3'],
      domains: ['d1'],
    });
  });

  it('has the longest title of the worst findings and the longest detail', () => {
    expect(merge('w1 Race in lock @ a.ts:1 — long detail', 'w2 A race in the lock @ a.ts:1 — short')).toEqual(
      [expect.objectContaining({ title: 'A race in the lock', detail: 'long detail' })],
    );
  });

  it('lists each worker and domain once, sorted', () => {
    const [found] = merge(
      'w3/b Race @ a.ts:1',
      'w1/b Race @ a.ts:1',
      'w2/a Race @ a.ts:1',
      'w1/b Race @ a.ts:1',
    );
    expect(found).toMatchObject({ workers: ['w1', 'w2', 'w3'], domains: ['a', 'b'] });
  });

  it('has no key for a missing rule, place or detail', () => {
    expect(merge('w1 No licence')).toEqual([
      { severity: 'minor', title: 'No licence', sources: [], workers: ['w1'], domains: ['d1'] },
    ]);
    expect(merge()).toEqual([]);
  });
});

describe('rank', () => {
  it('orders by severity, number of workers, number of domains, path, line, title', () => {
    const ranked = [
      '[critical] Last @ z.ts:9',
      'w1/a [major] Three workers @ z.ts:9',
      'w1/a [major] Two domains @ z.ts:9',
      'w1/a [major] Two workers @ z.ts:9',
      '[major] Upper case @ B.ts:1',
      '[major] Ninth @ a.ts:9',
      '[major] Tenth, alpha @ a.ts:10',
      '[major] Tenth, beta @ a.ts:10',
      '[major] Later path @ b.ts:1',
      '[major] No place, alpha',
      '[major] No place, beta',
      '[minor] First @ a.ts:1',
    ];
    const others = [
      'w2/a [minor] Three workers @ z.ts:9',
      'w3/a [minor] Three workers @ z.ts:9',
      'w2/b [minor] Two domains @ z.ts:9',
      'w2/a [minor] Two workers @ z.ts:9',
    ];
    expect(titles(...others, ...ranked.toReversed())).toEqual(ranked.map((line) => read(line).finding.title));
  });
});

describe('findings of equal rank', () => {
  const many = (title: string, path: string) =>
    Array.from({ length: 30 }, (_, i) => `[minor] ${title} of ${i} lines @ ${path}${i}.ts`);

  it('alternate by kind, so that one kind does not hide the others', () => {
    const found = titles(
      ...many('Long source', 'a'),
      '[minor] No tests @ z.ts',
      ...many('Unused import', 'b'),
    );
    expect(found.slice(0, 5).map((title) => title.replace(/ of.*/, ''))).toEqual([
      'Long source',
      'Unused import',
      'No tests',
      'Long source',
      'Unused import',
    ]);
    expect(found).toHaveLength(61);
  });

  it('alternate by the rule of a check, even if titles differ', () => {
    const ruled = (rule: string, title: string): FindingSource => {
      const source = read(`[minor] ${title} @ ${title}.ts`);
      return { ...source, finding: { ...source.finding, rule } };
    };
    const found = mergeFindings([
      ...['a', 'b', 'c'].map((title) => ruled('hot-spot', title)),
      ruled('large-file', 'z'),
    ]);
    expect(found.map(({ title }) => title)).toEqual(['a', 'z', 'b', 'c']);
  });

  it('follow findings that are worse or have more workers', () => {
    const found = titles(
      ...many('Long source', 'a'),
      '[major] Race @ z.ts',
      'w1 [minor] No licence',
      'w2 [minor] No licence',
    );
    expect(found.slice(0, 2)).toEqual(['Race', 'No licence']);
  });
});

describe('titles', () => {
  it.each([
    ['The race in a lock', ['race', 'lock']],
    ['Unused imports: fs', ['unused', 'import', 'fs']],
    ['It is', ['it is']],
    ['???', ['???']],
    ['', ['']],
  ])('%s is %j', (title, words) => {
    expect(titleWords(title)).toEqual(words);
  });

  it.each([
    [['a', 'b'], ['b', 'a'], 1],
    [['a', 'b'], ['a', 'c'], 0.5],
    [['a'], ['b'], 0],
    [[], [], 1],
    [['a'], [], 0],
  ])('%j and %j share %d', (a, b, share) => {
    expect(similarity(new Set(a), new Set(b))).toBe(share);
  });
});

describe('any findings', () => {
  const words = fc.constantFrom(
    'race',
    'lock',
    'query',
    'login',
    'input',
    'the',
    'check',
    'missing',
    '?',
    'Locks',
  );
  const finding: fc.Arbitrary<Finding> = fc.record(
    {
      severity: fc.constantFrom(...SEVERITIES),
      title: fc.array(words, { minLength: 1, maxLength: 4 }).map((list) => list.join(' ')),
      path: fc.constantFrom('a.ts', 'b.ts', '__proto__'),
      line: fc.integer({ min: 1, max: 8 }),
      detail: fc.constantFrom('x', 'y', 'longer'),
    },
    { requiredKeys: ['severity', 'title'] },
  );
  const source: fc.Arbitrary<FindingSource> = fc
    .tuple(fc.nat(5), finding)
    .map(([worker, found]) => ({ worker: `w${worker}`, domain: `d${worker % 2}`, finding: found }));
  const shuffled = fc
    .array(source, { maxLength: 25 })
    .chain((items) =>
      fc.tuple(
        fc.constant(items),
        fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
      ),
    );

  it('merge to the same result in any order', () => {
    fc.assert(
      fc.property(shuffled, ([items, others]) => {
        expect(mergeFindings(others)).toEqual(mergeFindings(items));
      }),
      { numRuns: scaled(400, 2_000) },
    );
  });

  it('are each in a merged finding at the same place that is at least as severe', () => {
    fc.assert(
      fc.property(fc.array(source, { maxLength: 25 }), (items) => {
        const merged = mergeFindings(items);
        expect(merged.length).toBeLessThanOrEqual(items.length);
        for (const item of items) {
          const { severity, path } = item.finding;
          const holder = merged.find(
            (found) =>
              found.path === path &&
              found.workers.includes(item.worker) &&
              found.domains.includes(item.domain) &&
              SEVERITIES.indexOf(found.severity) <= SEVERITIES.indexOf(severity),
          );
          expect(holder).toBeDefined();
        }
      }),
    );
  });

  it('are ordered by severity and spread, and by rank within a kind', () => {
    fc.assert(
      fc.property(fc.array(source, { maxLength: 25 }), (items) => {
        const merged = mergeFindings(items);
        const heights = merged.map(
          ({ severity, workers }) => 100 * SEVERITIES.indexOf(severity) - workers.length,
        );
        expect(heights).toEqual(heights.toSorted((a, b) => a - b));
        for (const [i, found] of merged.entries()) {
          for (const next of merged.slice(i + 1)) {
            const order = compareRank(found, next);
            expect(order).not.toBe(0);
            if (heights[i] === heights[merged.indexOf(next)] && ruleId(found) === ruleId(next))
              expect(order).toBeLessThan(0);
          }
        }
      }),
    );
  });

  it('are not modified', () => {
    fc.assert(
      fc.property(fc.array(source, { maxLength: 10 }), (items) => {
        const before = structuredClone(items);
        mergeFindings(items);
        expect(items).toEqual(before);
      }),
    );
  });
});

describe('many findings', () => {
  it('merge in linear time on one line, on every line and without a line', () => {
    const forms: ((i: number) => string)[] = [
      (i) => `w${i} Finding ${i} of ${(i * 7919) % 1000} @ a.ts:1`,
      (i) => `w${i} Finding ${i} of ${(i * 7919) % 1000} @ a.ts:${i + 1}`,
      (i) => `w${i} Race in lock @ a.ts:${i + 1}`,
      (i) => `w${i} Finding ${i}`,
    ];
    const measure = (items: FindingSource[]) => {
      const start = process.cpuUsage();
      mergeFindings(items);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    for (const form of forms) {
      const items = Array.from({ length: 10_000 }, (_, i) => read(form(i)));
      const ratio = () => measure(items) / measure(items.slice(0, 1000));
      const ratios = [ratio()];
      while (Math.min(...ratios) > 35 && ratios.length < 4) ratios.push(ratio());
      expect(Math.min(...ratios)).toBeLessThan(40);
    }
  });
});
