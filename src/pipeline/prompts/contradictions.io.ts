import { plainText } from '../../findings/plain-text.ts';
import { listContradictions } from '../../memory/brains/contradictions.io.ts';
import { unwrap } from '../../system/result.ts';

/** Contradictions between a worktree's memory files and locks, one line each. */
export function describeContradictions(root: string): string[] {
  return unwrap(listContradictions(root)).map(({ a, b, differs }) => {
    const [one, other] = [a, b].map(({ source, text }) => `${source} says "${plainText(text, 160)}"`);
    return `${one}, ${other}: they differ in ${differs.join(' and ')}`;
  });
}
