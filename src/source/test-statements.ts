import { isTestName } from './test-cases.ts';
import type { TestLoss } from './test-losses.ts';

const PATH = /[\w@.-]+(?:\/[\w@.-]+)*\.\w+/g;
const REMOVAL =
  /\b(?:remov(?:e[ds]?|al|ing)|delet(?:e[ds]?|ion|ing)|drop(?:s|ped)?|retire[ds]?|obsolete|supersede[ds]?|replace[ds]?|moved?|renamed?|skip(?:s|ped)?|no longer)\b/i;
const NEGATION = /\b(?:not|never|cannot|nor|no test|must stay|keep|kept|without)\b|n't\b/i;
const EXAMPLE = /\b(?:for example|e\.g\.|such as|instead of)/i;
const MIN_TITLE = 8;

/** Paths of the test files that the lines of a contract ask for. */
export function requiredTests(lines: readonly string[]): string[] {
  const paths = lines
    .filter((line) => !allowsRemoval(line) && !NEGATION.test(line) && !EXAMPLE.test(line))
    .flatMap((line) => line.match(PATH) ?? [])
    .map((path) => path.replace(/^(?:\.\/)+/, ''));
  return [...new Set(paths)].filter(isTestName);
}

/** Whether a line says that this file, or all these tests, are to be removed, moved or skipped. */
export function isLossAllowed({ path, titles }: TestLoss, lines: readonly string[]): boolean {
  const removals = lines.filter(allowsRemoval);
  const names = (text: string) => removals.some((line) => line.includes(text));
  return (
    names(path) || (titles.length > 0 && titles.every((title) => title.length >= MIN_TITLE && names(title)))
  );
}

function allowsRemoval(line: string): boolean {
  return REMOVAL.test(line) && !NEGATION.test(line.replace(/\bno longer\b/gi, ''));
}
