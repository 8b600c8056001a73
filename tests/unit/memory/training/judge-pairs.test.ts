import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportPairs } from '../../../../src/memory/training/export.ts';
import { judgePairs } from '../../../../src/memory/training/judge-pairs.ts';
import type { Pair } from '../../../../src/memory/training/pair.schema.ts';
import { scaled } from '../../../harness/scale.ts';
import { FACTS, FILL, linesOf, NOW, pairOf } from './pairs.ts';

const judge = (pairs: readonly unknown[], facts = FACTS) => judgePairs(linesOf(pairs), facts);
const codesOf = (pairs: readonly unknown[], facts = FACTS) =>
  judge(pairs, facts).rejected.map(({ line, reasons }) => [line, ...reasons.map(({ code }) => code)]);

/** Assembled at run time, so that no file of the repository holds a secret. */
const TOKEN = ['gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');

describe('a pair alone', () => {
  it('that keeps to every rule is valid', () => {
    expect(judge([pairOf('What does auth own?', FILL)])).toMatchObject({
      valid: [{}],
      rejected: [],
      conflicts: [],
    });
  });

  it.each([
    ['low-quality', pairOf('Q?', FILL, { quality_score: 0.69 })],
    [
      'no-noun',
      pairOf(
        'What does auth own?',
        'It owns every login and hands a verified identity to callers before they act at all.',
      ),
    ],
    [
      'no-noun',
      pairOf(
        'Q?',
        'An authentic story of a restored thing, and of authority, told over many more words than it needs.',
      ),
    ],
    ['too-short', pairOf('Q?', 'The auth module owns logins.')],
    ['too-long', pairOf('Q?', `${FILL} `.repeat(40))],
    ['secret', pairOf('Q?', `${FILL} Its token is ${TOKEN}.`)],
    ['secret', pairOf('Q?', `${FILL} Its token is ${TOKEN.slice(0, 9)}\u200b${TOKEN.slice(9)}.`)],
    ['secret', pairOf(`Why ${TOKEN}?`, FILL)],
    ['secret', pairOf('Q?', FILL, { source_refs: [`notes.md#${TOKEN}`] })],
    ['expired', pairOf('Q?', FILL, { source_timestamp: '2025-11-01T00:00:00Z' })],
    ['expired', pairOf('Q?', FILL, { expires_at: '2026-02-28T00:00:00Z' })],
    ['from-future', pairOf('Q?', FILL, { source_timestamp: '2027-01-01T00:00:00Z' })],
  ])('is rejected: %s', (code, pair) => {
    expect(codesOf([pair])).toEqual([[1, code]]);
  });

  it.each([
    ['the quality that is needed', FILL, { quality_score: 0.7 }],
    ['the project in capitals', FILL.replace('auth module of ledgerly', 'LEDGERLY service'), {}],
    ['a name of two words', FILL.replace('auth module of ledgerly', 'shared types library'), {}],
    ['an identifier in code', FILL.replace('auth module of ledgerly', 'function `createSession()`'), {}],
    ['20 tokens', 'auth '.repeat(15).padEnd(80, '!'), {}],
    ['800 tokens', 'auth '.repeat(640), {}],
  ])('holds with %s', (_, answer, more) => {
    expect(codesOf([pairOf('What does it own?', answer, more)])).toEqual([]);
  });

  it('tells all its reasons', () => {
    const pair = pairOf('Q?', 'Nothing.', { quality_score: 0.1, source_timestamp: '2025-01-01' });
    expect(codesOf([pair])).toEqual([[1, 'low-quality', 'no-noun', 'too-short', 'expired']]);
  });

  it('is rejected while a conflict about its source is open', () => {
    const pair = pairOf('Q?', FILL, {
      source_refs: ['.orchestration/contracts/interfaces/auth.interface.md#Login'],
    });
    const other = pairOf('What else?', FILL.replace('login', 'logout'), {
      source_refs: ['interfaces/store.interface.md'],
    });
    const open = [{ id: 'conflicts/auth-token.md', refs: ['interfaces/auth.interface.md'] }];
    expect(codesOf([pair, other], { ...FACTS, unresolvedConflicts: open })).toEqual([[1, 'open-conflict']]);
  });

  it.each([
    ['{"messages":', 'not-json', /broken/],
    ['```json', 'not-json', /fence/],
    ['[', 'not-json', /one line/],
    ['hello', 'not-json', /no JSON/],
    ['[]', 'schema', /\$: /],
    ['{"messages":[],"metadata":{"pair_id":7}}', 'schema', /\$\.messages: .*\$\.metadata\.taxonomy/],
  ])('%s is no pair, and it is said why', (text, code, detail) => {
    const [rejection] = judge([text]).rejected;
    expect(rejection?.reasons).toEqual([{ code, detail: expect.stringMatching(detail) }]);
  });

  it('keeps its id where only the rest is wrong', () => {
    expect(judge([{ messages: [], metadata: { pair_id: 7 } }]).rejected[0]?.pairId).toBe('7');
  });

  it.each([
    [[{ role: 'user', content: 'Q' }], /a question and an answer/],
    [
      [
        { role: 'system', content: 'S' },
        { role: 'assistant', content: 'A' },
      ],
      /question of the user/,
    ],
    [
      [
        { role: 'user', content: 'Q' },
        { role: 'system', content: 'S' },
        { role: 'assistant', content: 'A' },
      ],
      /must be the first message/,
    ],
    [
      [
        { role: 'user', content: ' ' },
        { role: 'assistant', content: 'A' },
      ],
      /must not be empty/,
    ],
  ])('messages in an order that is no conversation, case %#', (messages, detail) => {
    const pair = { ...pairOf('Q?', FILL), messages };
    expect(judge([pair]).rejected[0]?.reasons[0]).toMatchObject({
      code: 'schema',
      detail: expect.stringMatching(detail),
    });
  });
});

const LONG =
  'When a request arrives, the auth module looks the session up, checks that it is still alive and renews it, hands the verified identity to the caller, and writes one line to its log so that every decision can be followed later';

describe('pairs that resemble one another', () => {
  it('the second with an id is refused', () => {
    const a = pairOf('What does auth own?', FILL);
    const b = pairOf('What does auth do with requests?', LONG, { pair_id: a.metadata.pair_id });
    expect(codesOf([a, b])).toEqual([[2, 'duplicate-id']]);
  });

  it('keeps the best of near duplicates, independent of their order', () => {
    const good = pairOf('What does auth do?', `${LONG}.`, { quality_score: 0.95 });
    const poor = pairOf('What does the auth do?', LONG, { quality_score: 0.8 });
    const judged = judge([poor, good]);
    expect(judged.valid.map(({ metadata }) => metadata.pair_id)).toEqual([good.metadata.pair_id]);
    expect(judged.rejected[0]).toMatchObject({
      line: 1,
      reasons: [{ code: 'near-duplicate', detail: `${good.metadata.pair_id} in bootstrap.jsonl:2` }],
    });
  });

  it.each([
    ['numbers', `${LONG} for 15 minutes`, `${LONG} for 30 minutes`],
    ['negation', `${LONG} and it does keep the password`, `${LONG} and it does not keep the password`],
    ['choices', `${LONG} with Redis`, `${LONG} with Postgres`],
  ])('a difference in %s is a contradiction, and both are rejected', (kind, a, b) => {
    const pairs = [pairOf('What does auth do?', a), pairOf('What does auth do?', b)];
    const judged = judge(pairs);
    expect(judged.valid).toEqual([]);
    expect(judged.conflicts).toEqual([
      {
        pairs: pairs.map(({ metadata }) => metadata.pair_id),
        places: ['bootstrap.jsonl:1', 'bootstrap.jsonl:2'],
        differs: [kind],
        superseded: null,
      },
    ]);
  });

  it('what says the same as a contradicted pair does not count either', () => {
    const pairs = [
      pairOf('What does auth do?', `${LONG} for 15 minutes`),
      pairOf('What does the auth do?', `${LONG} for 15 minutes.`),
      pairOf('What does auth do?', `${LONG} for 30 minutes`),
    ];
    expect(codesOf(pairs)).toEqual([
      [1, 'contradiction'],
      [2, 'contradiction'],
      [3, 'contradiction'],
    ]);
  });

  it('questions about different things stay both', () => {
    const about = (module: string) =>
      pairOf(`What does ${module} do?`, LONG.replace('auth', module).concat(' in 3 steps'));
    const billing = about('billing');
    expect(codesOf([about('auth'), billing, about('store')])).toEqual([]);
    const steps = [401, 403].map((status) =>
      pairOf(`What follows status ${status} of auth?`, `${LONG} as ${status}`),
    );
    expect(codesOf(steps)).toEqual([]);
  });

  it('one question in other words, answered otherwise, is a conflict', () => {
    const pairs = [
      pairOf('How long does a session of auth live?', `A session of auth lives 15 minutes. ${LONG}.`),
      pairOf('How long is a session of auth valid?', `A session of auth lives 30 minutes. ${LONG}.`),
    ];
    expect(judge(pairs)).toMatchObject({ valid: [], conflicts: [{ differs: ['numbers'] }] });
  });

  it('questions about different things that are no names stay both', () => {
    const about = (thing: string, seconds: number) =>
      pairOf(
        `How long may ${thing} take in the store?`,
        `In the store ${thing} may take ${seconds} seconds. ${LONG}.`,
      );
    expect(codesOf([about('queries', 5), about('migrations', 60)])).toEqual([]);
    expect(codesOf([about('queries', 5), about('migrations', 5)])).toEqual([]);
  });

  it('another word in the question makes a phrasing, no duplicate', () => {
    const pairs = [
      pairOf('What does auth verify?', `${LONG}.`),
      pairOf('What does auth validate?', `${LONG}.`),
    ];
    expect(codesOf(pairs)).toEqual([]);
  });

  it('a yes-or-no question about different numbers is a conflict', () => {
    const pairs = [15, 30].map((minutes) =>
      pairOf(`Does a session of auth live ${minutes} minutes?`, `Yes, ${LONG} for ${minutes} minutes`),
    );
    expect(judge(pairs).conflicts).toMatchObject([{ differs: ['numbers'] }]);
  });

  it.each([
    ['email', 'name', 0],
    ['bcrypt', 'argon2id', 1],
  ])('a yes-or-no question about %s and one about %s: %i conflict', (a, b, conflicts) => {
    const pairs = [a, b].map((choice) =>
      pairOf(`Is \`${choice}\` required by auth?`, `Yes, \`${choice}\` is required: ${LONG}.`),
    );
    expect(judge(pairs)).toMatchObject({ conflicts: { length: conflicts } });
  });

  it('of states that were read at different times the newer counts', () => {
    const state = (merged: number, day: number) =>
      pairOf('How many modules are merged?', `${LONG}; ${merged} modules are merged`, {
        taxonomy: 'state',
        source_timestamp: `2026-02-${day}T00:00:00Z`,
      });
    const pairs = [state(3, 20), state(5, 25), state(3, 27)];
    const judged = judge(pairs);
    expect(judged.valid.map(({ metadata }) => metadata.pair_id)).toEqual([pairs[2]?.metadata.pair_id]);
    expect(judged.conflicts).toMatchObject([{ superseded: pairs[1]?.metadata.pair_id }]);
  });

  it('three questions may lead to one answer', () => {
    const questions = [
      'What happens on a request?',
      'How is an incoming call handled by auth, from its arrival until the log line?',
      'Walk through the life of a single request inside the identity module.',
      'Which steps does the identity check of ledgerly have, and what comes out at its end?',
    ];
    const pairs = questions.map((question, n) =>
      pairOf(question, `${LONG}.`, { quality_score: 0.8 + n / 100 }),
    );
    expect(codesOf(pairs)).toEqual([[1, 'phrasings']]);
  });
});

describe('any set of pairs', () => {
  const SLOTS = [
    ['15 minutes', '30 minutes', '900 seconds'],
    ['does', 'does not'],
    ['Redis', 'Postgres'],
    ['auth', 'billing'],
    ['a session', 'the session'],
  ] as const;
  const answer = fc
    .tuple(...SLOTS.map((slot) => fc.constantFrom(...slot)))
    .map(
      ([time, negation, choice, module, filler]) =>
        `${LONG.replace('auth', module ?? '')}; it ${negation} keep ${filler} with ${choice} for ${time}`,
    );
  const pairs = fc.array(
    fc.record({
      question: fc.constantFrom(
        'What does auth keep?',
        'What does billing keep?',
        'What does auth keep, and how?',
      ),
      answer,
      quality: fc.constantFrom(0.5, 0.75, 0.9),
    }),
    { maxLength: 12 },
  );
  const meaning = (text: string) => [
    /15 minutes|900 seconds/.test(text),
    /does not/.test(text),
    /Redis/.test(text),
    /billing/.test(text),
  ];

  it('is divided without a rest, and nothing is merged that differs in number, negation or choice', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const made = given.map(({ question, answer: text, quality }) =>
          pairOf(question, text, { quality_score: quality }),
        );
        const judged = judge(made);
        expect(judged.valid.length + judged.rejected.length).toBe(made.length);
        const byId = new Map(made.map((pair) => [pair.metadata.pair_id, pair]));
        const textOf = (id: string) => byId.get(id)?.messages.at(-1)?.content ?? '';
        for (const { pairId, reasons } of judged.rejected)
          for (const { code, detail } of reasons)
            if (code === 'near-duplicate' || code === 'phrasings')
              expect(meaning(textOf(pairId ?? ''))).toEqual(meaning(textOf(detail.split(' ')[0] ?? '')));
      }),
    );
  });

  it('is exported without any rejected pair', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom('openai', 'sharegpt', 'plain'), (given, format) => {
        const made = given.map(({ question, answer: text, quality }, n) =>
          pairOf(question, `${text} #${n}`, { quality_score: quality }),
        );
        const judged = judge(made);
        const { train, validation, counts } = exportPairs(judged.valid, format as 'plain', 0.3);
        expect(counts.train + counts.validation).toBe(judged.valid.length);
        const rejected = new Set(judged.rejected.map(({ pairId }) => pairId));
        const texts = made
          .filter(({ metadata }) => rejected.has(metadata.pair_id))
          .map(({ messages }: Pair) => JSON.stringify(messages.at(-1)?.content));
        for (const text of texts) expect(train + validation).not.toContain(text);
      }),
    );
  });
});

const PAIRS = scaled(1_500, 5_000);

describe('thousands of pairs', () => {
  const WORDS = Array.from(
    { length: 1500 },
    (_, n) => `w${n.toString(26).replace(/\d/g, (d) => 'qrstuvwxyz'[Number(d)] ?? '')}`,
  );

  it.each([
    [
      'all different',
      (n: number) =>
        Array.from({ length: 90 }, (_, k) => WORDS[(n * 7919 + k * k * (n + 3)) % 1500]).join(' '),
    ],
    ['all but one number the same', (n: number) => `${WORDS.slice(0, 90).join(' ')} ${n}`],
  ])('%s: are judged in seconds', (_, textOf) => {
    const made = Array.from({ length: PAIRS }, (_each, n) =>
      pairOf('What does auth do?', `The auth module ${textOf(n)}`),
    );
    const lines = linesOf(made);
    const start = process.cpuUsage();
    const judged = judgePairs(lines, { ...FACTS, now: NOW });
    const { user } = process.cpuUsage(start);
    expect(judged.valid.length + judged.rejected.length).toBe(PAIRS);
    // About 3 s of processor time on two busy cores; by comparing each with each it would be minutes.
    expect(user / 1e6).toBeLessThan(20);
  });
});
