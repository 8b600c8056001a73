import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryOf, isSince, lifetimeOf } from '../../../../src/memory/training/expiry.ts';
import { exportPairs } from '../../../../src/memory/training/export.ts';
import { judgeBootstrap } from '../../../../src/memory/training/gate.ts';
import { judgePairs } from '../../../../src/memory/training/judge-pairs.ts';
import { TAXONOMY, type Taxonomy } from '../../../../src/memory/training/pair.schema.ts';
import { nextPairId, selectDuplicates, selectExpired } from '../../../../src/memory/training/select.ts';
import { sharesOf } from '../../../../src/memory/training/shares.ts';
import { contractRefsIn, identifiersIn, namesInModules } from '../../../../src/memory/training/subjects.ts';
import { FACTS, FILL, linesOf, pairOf } from './pairs.ts';

describe('the lifetime of a pair', () => {
  const auth = 'contracts/interfaces/auth.interface.md#Login';
  it.each<[Taxonomy, string[], string, number]>([
    ['state', ['architecture.md'], 'state', 14],
    ['state', [auth], 'state', 14],
    ['factual_recall', ['.orchestration/brains/builder-auth.md'], 'state', 14],
    ['factual_recall', ['brains/builder-auth.md', auth], 'interfaces', 60],
    ['factual_recall', [auth], 'interfaces', 60],
    ['cross_module', ['architecture.md', 'interfaces/shared-types.md'], 'interfaces', 60],
    ['conformance', [auth], 'interfaces', 60],
    ['architectural_reasoning', [auth], 'architecture', 90],
    ['procedural', [auth], 'architecture', 90],
    ['counterfactual', ['decisions/001-store.md'], 'architecture', 90],
    ['factual_recall', ['architecture.md'], 'architecture', 90],
  ])('%s from %j is %s', (taxonomy, source_refs, kind, days) => {
    expect(lifetimeOf({ taxonomy, source_refs })).toEqual({ kind, days });
  });

  it.each([
    [undefined, '2026-03-15'],
    [null, '2026-03-15'],
    ['2026-03-10T00:00:00Z', '2026-03-10'],
    ['2027-01-01', '2026-03-15'],
  ])('ends where its kind ends, or earlier: %s', (expires_at, end) => {
    const { metadata } = pairOf('Q?', FILL, {
      taxonomy: 'state',
      source_timestamp: '2026-03-01',
      expires_at,
    });
    expect(new Date(expiryOf(metadata)).toISOString().slice(0, 10)).toBe(end);
  });
});

describe('a source that was read since a time', () => {
  const since = Date.parse('2026-03-01T12:30:45.678Z');
  it.each([
    ['2026-03-01T12:30:45.678Z', true],
    ['2026-03-01T12:30:45Z', true],
    ['2026-03-01T13:30:45+01:00', true],
    ['2026-03-01', true],
    ['2026-03-02', true],
    ['2026-03-01T12:30:44Z', false],
    ['2026-02-28', false],
  ])('%s: %s', (source_timestamp, expected) => {
    const { metadata } = pairOf('Q?', FILL, { source_timestamp });
    expect(isSince(metadata, since)).toBe(expected);
  });

  it('is that of any clock that reads no earlier, however exactly its time is written', () => {
    const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.nat(1e9), fc.constantFrom(10, 19, 24), (from, later, length) => {
        const text = new Date(from.getTime() + later).toISOString().slice(0, length);
        const source_timestamp = length === 19 ? `${text}Z` : text;
        const { metadata } = pairOf('Q?', FILL, { source_timestamp });
        expect(isSince(metadata, from.getTime())).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('shares', () => {
  it('sum to one, and say on which side of their range they are', () => {
    const taxonomy = fc.constantFrom(...TAXONOMY);
    fc.assert(
      fc.property(fc.array(taxonomy, { minLength: 1, maxLength: 300 }), (kinds) => {
        const shares = sharesOf(kinds.map((kind) => pairOf('Q?', FILL, { taxonomy: kind })));
        expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
        expect(shares.reduce((sum, { count }) => sum + count, 0)).toBe(kinds.length);
        for (const {
          share,
          target: [from, to],
          standing,
        } of shares) {
          if (standing === 'below') expect(share).toBeLessThan(from);
          if (standing === 'above') expect(share).toBeGreaterThan(to);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('have bounds that belong to the range, and targets that can all be met', () => {
    const counts: [Taxonomy, number][] = [
      ['factual_recall', 60],
      ['architectural_reasoning', 40],
      ['cross_module', 30],
      ['conformance', 30],
      ['state', 20],
      ['counterfactual', 10],
      ['procedural', 10],
    ];
    const pairs = counts.flatMap(([kind, count]) =>
      Array.from({ length: count }, () => pairOf('Q?', FILL, { taxonomy: kind })),
    );
    expect(sharesOf(pairs).map(({ standing }) => standing)).toEqual(counts.map(() => 'within'));
    expect(sharesOf([]).every(({ share, count }) => share === 0 && count === 0)).toBe(true);
  });
});

describe('the gate of the bootstrap', () => {
  const good = Array.from({ length: 6 }, (_, n) =>
    pairOf(`What about ${'abcdef'[n]}?`, `${FILL} ${'abcdef'[n]?.repeat(n + 3)} ${n}`.repeat(n + 1)),
  );
  const poor = Array.from({ length: 5 }, () => pairOf('Q?', FILL, { quality_score: 0.2 }));
  const judged = judgePairs(linesOf([...good, ...poor, 'no pair']), FACTS);

  it('counts what holds, and gives the reasons of the others with examples', () => {
    const verdict = judgeBootstrap(judged, { minPairs: 6 });
    expect(verdict).toMatchObject({ ok: true, counted: 6, needed: 6, rejected: 6 });
    expect(verdict.reasons.map(({ code, count, examples }) => [code, count, examples.length])).toEqual([
      ['low-quality', 5, 3],
      ['not-json', 1, 1],
    ]);
    expect(verdict.reasons[0]?.examples[0]).toMatchObject({
      file: 'bootstrap.jsonl',
      line: 7,
      detail: '0.2, needed: 0.7',
    });
  });

  it('needs 200 pairs of quality 0.7 by default', () => {
    expect(judgeBootstrap(judged)).toMatchObject({ ok: false, counted: 6, needed: 200 });
    expect(judgeBootstrap(judged, { minPairs: 6, minQuality: 0.95 })).toMatchObject({
      ok: false,
      counted: 0,
    });
  });
});

describe('which lines go', () => {
  it('near duplicates and expired pairs, each by their own command', () => {
    const old = pairOf('What was?', FILL, { source_timestamp: '2025-01-01' });
    const judged = judgePairs(linesOf([pairOf('What?', FILL), pairOf('What?', `${FILL} `), old]), FACTS);
    expect(selectDuplicates(judged.rejected).map(({ line }) => line)).toEqual([2]);
    expect(selectExpired(judged.rejected).map(({ line }) => line)).toEqual([3]);
  });

  it('the next number is above all that were given, also to what was rejected', () => {
    const ids = ['bootstrap-12', 'auth:7', '40', 'x'];
    const judged = judgePairs(linesOf(ids.map((pair_id) => pairOf('Q?', 'short', { pair_id }))), FACTS);
    expect(nextPairId(judged)).toBe(41);
    expect(nextPairId({ valid: [], rejected: [] })).toBe(1);
  });
});

describe('names of a project', () => {
  it('are what interface files declare or write as code', () => {
    const page = `# auth
Some \`string\` and \`id\`, \`createSession(user)\`, \`USER_DELETED\` and \`Promise<Session>\`.
\`\`\`ts
export interface SessionToken { id: string }
export function checkToken(token: string): Promise<boolean>;
\`\`\``;
    expect(identifiersIn(page).sort()).toEqual([
      'Session',
      'SessionToken',
      'USER_DELETED',
      'checkToken',
      'createSession',
    ]);
  });

  it.each([
    ['{"project":"p","modules":[{"name":"a"},{"name":"b"}]}', { project: 'p', names: ['a', 'b'] }],
    ['{"modules":[{"name":1},null,"x"]}', { project: undefined, names: [] }],
    ['{', { project: undefined, names: [] }],
    ['[]', { project: undefined, names: [] }],
  ])('%s', (json, names) => {
    expect(namesInModules(json)).toEqual(names);
  });

  it('a conflict report names the contract files that it is about', () => {
    const report = 'BLOCKED: `contracts/interfaces/auth.interface.md` against decisions/002-tokens.md.';
    expect(contractRefsIn(report)).toEqual(['interfaces/auth.interface.md', 'decisions/002-tokens.md']);
  });
});

describe('the export', () => {
  const pairs = Array.from({ length: 400 }, (_, n) =>
    pairOf(`Q ${n}?`, `${FILL} "${n}"\n`, { pair_id: `p-${n}` }),
  );
  const linesIn = (text: string) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));

  it('has the form of each tool', () => {
    const pair = pairOf('Why?', 'Because of auth.', { pair_id: '7' });
    pair.messages.unshift({ role: 'system', content: 'Be brief.' });
    expect(linesIn(exportPairs([pair], 'openai', 0).train)).toEqual([{ messages: pair.messages }]);
    expect(linesIn(exportPairs([pair], 'sharegpt', 0).train)).toEqual([
      {
        id: '7',
        conversations: [
          { from: 'system', value: 'Be brief.' },
          { from: 'human', value: 'Why?' },
          { from: 'gpt', value: 'Because of auth.' },
        ],
      },
    ]);
    const plain = { prompt: 'Be brief.\n\nWhy?', completion: 'Because of auth.' };
    expect(linesIn(exportPairs([pair], 'plain', 0).train)).toEqual([plain]);
    pair.messages.splice(
      2,
      0,
      { role: 'assistant', content: 'Why what?' },
      { role: 'user', content: 'Auth.' },
    );
    expect(linesIn(exportPairs([pair], 'plain', 0).train)[0].prompt).toBe(
      'Be brief.\n\nuser: Why?\n\nassistant: Why what?\n\nuser: Auth.',
    );
  });

  it('has every pair once, about as many for validation as was asked, and each always on its side', () => {
    const { train, validation, counts } = exportPairs(pairs, 'openai', 0.2);
    expect(counts.train + counts.validation).toBe(400);
    expect(linesIn(train)).toHaveLength(counts.train);
    expect(Math.abs(counts.validation - 80)).toBeLessThan(35);
    const half = exportPairs(pairs.slice(200).reverse(), 'openai', 0.2);
    for (const line of half.validation.split('\n')) expect(validation.includes(line)).toBe(true);
    expect(exportPairs(pairs, 'openai', 0).validation).toBe('');
  });
});
