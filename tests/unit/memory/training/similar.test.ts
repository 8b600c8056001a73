import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosine, NearIndex, vectorise } from '../../../../src/memory/training/similar.ts';

const vectorsOf = (texts: readonly string[], threshold = 0.92) =>
  vectorise(
    texts.map((text) => text.split(' ')),
    threshold,
  );

/** The same by the book: maps of words and bigrams. */
function slowCosine(a: string, b: string): number {
  const bagOf = (text: string) => {
    const words = text.split(' ');
    const bag = new Map<string, number>();
    for (const [index, word] of words.entries()) {
      bag.set(word, (bag.get(word) ?? 0) + 1);
      if (index > 0)
        bag.set(`${words[index - 1]} ${word}`, (bag.get(`${words[index - 1]} ${word}`) ?? 0) + 1);
    }
    return bag;
  };
  const [x, y] = [bagOf(a), bagOf(b)];
  const norm = (bag: Map<string, number>) => Math.sqrt([...bag.values()].reduce((sum, n) => sum + n * n, 0));
  const dot = [...x].reduce((sum, [key, count]) => sum + count * (y.get(key) ?? 0), 0);
  return dot / (norm(x) * norm(y));
}

describe('likeness', () => {
  it('is the cosine on words and bigrams', () => {
    const [a, b] = vectorsOf(['a b c', 'a b d']);
    expect(a && b && cosine(a, b)).toBeCloseTo(3 / 5);
    const [c, d] = vectorsOf(['a b', 'c d']);
    expect(c && d && cosine(c, d)).toBe(0);
  });

  it('is found by the index exactly where comparing everything with everything finds it', () => {
    const word = fc.constantFrom(...'abcdefghij');
    const texts = fc.array(
      fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' ')),
      { minLength: 2, maxLength: 12 },
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(0.5, 0.8, 0.92), (given, threshold) => {
        const index = new NearIndex(vectorsOf(given, threshold), threshold);
        for (const [id, text] of given.entries()) {
          const expected = given.slice(0, id).flatMap((other, at) => {
            return slowCosine(text, other) >= threshold - 1e-9 ? [at] : [];
          });
          expect(index.near(id)).toEqual(expected);
          index.add(id);
        }
      }),
      { numRuns: 400 },
    );
  });
});
