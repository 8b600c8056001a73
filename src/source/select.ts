import { readLinguist } from './attributes.ts';
import { isForeignPath, isForeignText, isProse, isSample, isTest } from './kinds.ts';
import { type Language, languageOf, languageOfShebang } from './languages.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';
import { readCompiled } from './twins.ts';

/** A source file that was written by hand in this project. */
export interface CodeFile {
  path: string;
  language: Language;
  text: string;
  test: boolean;
  /** Example, demo or documentation code. */
  sample: boolean;
}

/** Yields code files without vendored, generated, minified and prose files; reads one text at a time. */
export function* selectCode(tree: SourceTree, languages?: ReadonlySet<Language>): Generator<CodeFile> {
  const isMarked = readLinguist(tree);
  const isCompiled = readCompiled(tree);
  for (const file of tree.files) {
    const { path } = file;
    if (isForeignPath(path) || isProse(path) || isMarked(path) || isCompiled(path)) continue;
    const code = readCode(file, languages);
    if (code && !isForeignText(code.text)) {
      yield { path, ...code, test: isTest(path), sample: isSample(path) };
    }
  }
}

function readCode(file: SourceFile, languages?: ReadonlySet<Language>) {
  const named = languageOf(file.path);
  const nameless = named === undefined && !/\.[^./]+$/.test(file.path);
  if (named === undefined && !nameless) return undefined;
  if (named && languages && !languages.has(named)) return undefined;
  const text = file.text();
  const language = named ?? (text === undefined ? undefined : languageOfShebang(text));
  if (text === undefined || language === undefined || (languages && !languages.has(language)))
    return undefined;
  return { text, language };
}
