import { listContradictions } from '../memory/contradictions.io.ts';
import { plainText } from '../report/plain-text.ts';
import { unwrap } from '../result.ts';

/** What the memory of a tree says against its locks and against itself, a line each. */
export function contradictionsIn(root: string): string[] {
  return unwrap(listContradictions(root)).map(({ a, b, differs }) => {
    const [one, other] = [a, b].map(({ source, text }) => `${source} says "${plainText(text, 160)}"`);
    return `${one}, ${other}: they differ in ${differs.join(' and ')}`;
  });
}
