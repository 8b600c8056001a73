import type { CheckResult } from '../../../src/audit/check/check.ts';
import type { SourceFile, SourceTree } from '../../../src/source/source-tree.ts';

export type Files = Record<string, string | Partial<SourceFile>>;

/** A tree in memory: `{ 'src/a.ts': 'text' }`, or a part of a file where its size or mode matters. */
export function fakeTree(files: Files, more: Partial<SourceTree> = {}): SourceTree {
  const entries = Object.entries(files).map(([path, given]): SourceFile => {
    if (typeof given !== 'string') {
      return { path, size: 0, tracked: true, mode: 0o644, text: () => undefined, ...given };
    }
    return { path, size: given.length, tracked: true, mode: 0o644, text: () => given };
  });
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { root: '/nowhere', files: entries, git: true, ...more };
}

/** The rules that were broken, in order: the part of each title before the colon. */
export function rulesOf(result: CheckResult): string[] {
  return result.findings.map((finding) => finding.title.split(':', 1)[0] ?? '');
}

/** Runs a check over one file. */
export async function rulesIn(
  run: (tree: SourceTree) => Promise<CheckResult>,
  path: string,
  text: string,
): Promise<string[]> {
  return rulesOf(await run(fakeTree({ [path]: text })));
}
