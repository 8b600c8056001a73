import { isFixture, isSample, isTest } from './kinds.ts';
import type { Language } from './languages.ts';
import { surveyCode } from './left-out.ts';
import type { SourceTree } from './source-tree.ts';

/** A source file that was written by hand in this project. */
export interface CodeFile {
  path: string;
  language: Language;
  text: string;
  test: boolean;
  /** Example, demo or documentation code. */
  sample: boolean;
}

/** Yields code files without installed, generated, minified and prose files and fixtures of tests; reads one text at a time. */
export function* selectCode(tree: SourceTree, languages?: ReadonlySet<Language>): Generator<CodeFile> {
  for (const { file, language } of surveyCode(tree).code) {
    const { path } = file;
    if ((languages && !languages.has(language)) || isFixture(path)) continue;
    const text = file.text();
    if (text !== undefined) yield { path, language, text, test: isTest(path), sample: isSample(path) };
  }
}
