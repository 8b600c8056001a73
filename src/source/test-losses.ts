import { isTestPath, readTestFile, type TestFile, type TestUnit } from './test-cases.ts';

/** A way in which tests that existed before are gone or no longer run. */
export interface TestLoss {
  kind: 'deleted' | 'emptied' | 'fewer' | 'skipped';
  path: string;
  /** In the file as it is now. */
  line?: number;
  /** Titles of the tests concerned; empty if a whole file is. */
  titles: string[];
}

/** A file in two versions; null where it does not exist. `formerPath` is its path before a rename. */
export interface ChangedText {
  path: string;
  formerPath?: string;
  before: string | null;
  after: string | null;
}

/**
 * Compares the tests of changed files before and after. A test that moved to another of the files, with its title, is not lost; a
 * renamed test is not lost either while its file has as many tests as before. Pure.
 */
export function findTestLosses(changes: readonly ChangedText[]): TestLoss[] {
  const pairs = changes.flatMap(({ path, formerPath = path, before, after }) => {
    const former = before === null || !isTestPath(formerPath) ? undefined : readTestFile(formerPath, before);
    const current = after === null ? undefined : readTestFile(path, after);
    return former || current ? [{ path, isDeleted: after === null, former, current }] : [];
  });
  const gained = new Counts(pairs.flatMap(({ former, current }) => titlesMissingIn(current, former)));
  return pairs.flatMap(({ path, isDeleted, former, current }) => {
    if (!former || (!hasTests(former) && former.assertions === 0)) return [];
    const lost = titlesMissingIn(former, current).filter((title) => !gained.take(title));
    return compareFiles({ path, isDeleted, former, current, lost });
  });
}

interface FilePair {
  path: string;
  isDeleted: boolean;
  former: TestFile;
  current: TestFile | undefined;
  /** Active tests that are neither in the current file nor in another one. */
  lost: string[];
}

function compareFiles({ path, isDeleted, former, current, lost }: FilePair): TestLoss[] {
  const hasMoved = hasTests(former) && lost.length === 0;
  if (isDeleted) return hasMoved ? [] : [{ kind: 'deleted', path, titles: lost }];
  if (!current || (!hasTests(current) && current.assertions === 0))
    return hasMoved ? [] : [{ kind: 'emptied', path, titles: lost }];
  const skipped = newlySkipped(former, current);
  const isListed = ({ title }: TestUnit) => skipped.titles.includes(title);
  const missingCount =
    activeCases(former).length - activeCases(current).length - movedCount(former, current, lost);
  const unexplained = missingCount - current.units.filter((unit) => unit.isSkipped && isListed(unit)).length;
  const emptied = emptiedCases(former, current);
  const firstEmptied = emptied[0];
  return [
    ...(unexplained > 0
      ? [{ kind: 'fewer' as const, path, titles: lost.filter((title) => !skipped.titles.includes(title)) }]
      : []),
    ...(skipped.line === undefined
      ? []
      : [{ kind: 'skipped' as const, path, line: skipped.line, titles: skipped.titles }]),
    ...(firstEmptied
      ? [
          {
            kind: 'emptied' as const,
            path,
            line: firstEmptied.line,
            titles: emptied.map(({ title }) => title),
          },
        ]
      : []),
  ];
}

const hasTests = (file: TestFile) => file.units.some(({ kind }) => kind === 'case');
const activeCases = (file: TestFile) =>
  file.units.filter(({ kind, isSkipped }) => kind === 'case' && !isSkipped);

/** Titles of active tests in one file that the other lacks, each as often as it is missing. */
function titlesMissingIn(file: TestFile | undefined, other: TestFile | undefined): string[] {
  if (!file) return [];
  const others = new Counts(other ? activeCases(other).map(({ title }) => title) : []);
  return activeCases(file).flatMap(({ title }) => (others.take(title) ? [] : [title]));
}

/** Number of tests that went from this file to another one. */
function movedCount(former: TestFile, current: TestFile, lost: readonly string[]): number {
  return titlesMissingIn(former, current).length - lost.length;
}

/** Tests and groups that were there before and are skipped now, and the first line. A new test that is skipped is not listed. */
function newlySkipped(former: TestFile, current: TestFile): { titles: string[]; line?: number } {
  if (current.skippedAt !== undefined && former.skippedAt === undefined)
    return { titles: [], line: current.skippedAt };
  const known = new Counts(former.units.filter(({ isSkipped }) => !isSkipped).map(keyOf));
  // Take the units that still run first, so that a second test with the same title is not reported.
  for (const unit of current.units) if (!unit.isSkipped) known.take(keyOf(unit));
  const skipped = current.units.filter(
    (unit, index) => unit.isSkipped && (known.take(keyOf(unit)) || holdsKnownCase(former, current, index)),
  );
  const line = skipped[0]?.line;
  return { titles: skipped.map(({ title }) => title), ...(line === undefined ? {} : { line }) };
}

const keyOf = ({ kind, title }: TestUnit) => `${kind} ${title}`;

/** Whether a skipped group begins with a test that ran before, although the group has a new name. */
function holdsKnownCase(former: TestFile, current: TestFile, index: number): boolean {
  const next = current.units[index + 1];
  const group = current.units[index];
  if (group?.kind !== 'group' || next?.kind !== 'case') return false;
  const wasSkipped = former.units.some((unit) => unit.isSkipped && keyOf(unit) === keyOf(group));
  if (wasSkipped) return false;
  return activeCases(former).some(({ title }) => title === next.title);
}

/** Tests that had assertions before, and have none now. */
function emptiedCases(former: TestFile, current: TestFile): TestUnit[] {
  return activeCases(current).filter(({ title, assertions }) => {
    const before = activeCases(former).filter((unit) => unit.title === title);
    return assertions === 0 && before.length > 0 && before.every((unit) => unit.assertions > 0);
  });
}

/** Counts of texts; `take` removes one and returns whether there was one. */
class Counts {
  private readonly counts = new Map<string, number>();

  constructor(texts: readonly string[]) {
    for (const text of texts) this.counts.set(text, (this.counts.get(text) ?? 0) + 1);
  }

  take(text: string): boolean {
    const count = this.counts.get(text) ?? 0;
    if (count > 0) this.counts.set(text, count - 1);
    return count > 0;
  }
}
