import { describe, expect, it } from 'vitest';
import { EXPORT_FORMATS, exportPairs } from '../../src/memory/training/export.ts';
import { judgePairs } from '../../src/memory/training/judge-pairs.ts';
import type { Pair } from '../../src/memory/training/pair.schema.ts';
import { HARMLESS, SECRETS } from '../harness/secrets.ts';
import { FACTS, linesOf, pairOf } from '../unit/memory/training/pairs.ts';

/** Places of a secret in a pair: question, answer, system message, source, id, behind invisible blanks. */
const PLACES: readonly ((text: string, secret: string, n: number) => Pair)[] = [
  (text, _, n) =>
    pairOf(
      `What of ${n}?`,
      `The auth module of ledgerly says, in case ${n}, and in words of its own: ${text}`,
    ),
  (text, _, n) => pairOf(`Why is this so, in case ${n}: ${text}`, answer(n)),
  (text, _, n) => withSystem(pairOf(`What of ${n}?`, answer(n)), text),
  (text, _, n) => pairOf(`What of ${n}?`, answer(n), { source_refs: [`notes.md#${text.slice(0, 400)}`] }),
  (text, secret, n) =>
    pairOf(`What of ${n}?`, `The auth module, case ${n}: ${text.replace(secret, veil(secret))}`),
];

function answer(n: number): string {
  return `The auth module answers case number ${n} of ledgerly with words that are no secret.`;
}

function withSystem(pair: Pair, content: string): Pair {
  return { ...pair, messages: [{ role: 'system', content }, ...pair.messages] };
}

function veil(secret: string): string {
  return `${secret.slice(0, 6)}\u200b${secret.slice(6)}`;
}

// A secret that is cut off in a source reference may not be recognisable as one.
const CASES = SECRETS.filter(([, before, secret, after]) => `${before}${secret}${after}`.length <= 400);

describe('secrets in training data', () => {
  it(`exports none of ${CASES.length} secrets in ${PLACES.length} places, in any format`, () => {
    expect(CASES.length).toBeGreaterThanOrEqual(50);
    for (const place of PLACES) {
      const pairs = CASES.map(([, before, secret, after], n) =>
        place(`${before}${secret}${after}`, secret, n),
      );
      const judged = judgePairs(linesOf(pairs), FACTS);
      expect(judged.valid).toEqual([]);
      for (const { reasons } of judged.rejected) expect(reasons.map(({ code }) => code)).toContain('secret');
      expect(JSON.stringify(judged.rejected.map(({ reasons }) => reasons))).not.toMatch(/gh[po]_|sk-/);
      // Pairs that were not judged are not exported either.
      for (const format of EXPORT_FORMATS) {
        const { train, validation, withheld } = exportPairs(pairs, format, 0.3);
        expect(train + validation).toBe('');
        expect(withheld).toHaveLength(pairs.length);
      }
    }
  });

  it(`exports all ${HARMLESS.length} harmless texts unchanged`, () => {
    expect(HARMLESS.length).toBeGreaterThanOrEqual(50);
    const pairs = HARMLESS.map(([what, text], n) =>
      pairOf(
        `What does case ${n}, ${what}, look like?`,
        `The auth module of ledgerly shows it, as every reader may see: ${text}`,
      ),
    );
    const judged = judgePairs(linesOf(pairs), { ...FACTS });
    const secrets = judged.rejected.filter(({ reasons }) => reasons.some(({ code }) => code === 'secret'));
    expect(secrets).toEqual([]);
    for (const format of EXPORT_FORMATS) {
      const { train, validation, withheld } = exportPairs(pairs, format, 0.3);
      expect(withheld).toEqual([]);
      for (const [, text] of HARMLESS)
        expect(train + validation).toContain(JSON.stringify(text).slice(1, -1));
    }
  });
});
