import { countOf } from '../../findings/words.ts';
import { LEFT_OUT, type LeftOut, surveyCode } from '../../source/left-out.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import type { Fact } from './check.ts';

/** Maximum number of files that a line names. */
const NAMED_FILES = 5;

/** Counts and names the files that look like code and were not read, one line per reason. */
export function describeLeftOut(tree: SourceTree): Fact[] {
  const { leftOut } = surveyCode(tree);
  return (Object.keys(LEFT_OUT) as LeftOut[]).flatMap((reason) => {
    const paths = leftOut.get(reason) ?? [];
    return paths.length === 0 ? [] : [{ topic: 'Not read', text: namePaths(paths, LEFT_OUT[reason]) }];
  });
}

/** Returns `3 files are minified: a, b, c`. */
export function namePaths(paths: readonly string[], what: string): string {
  const named = paths.slice(0, NAMED_FILES).join(', ');
  const more = paths.length > NAMED_FILES ? ` and ${paths.length - NAMED_FILES} more` : '';
  return `${countOf(paths.length, 'file')} ${paths.length === 1 ? 'is' : 'are'} ${what}: ${named}${more}`;
}
