import { readLinguist } from './attributes.ts';
import { isForeignPath, isGeneratedText, isLockFile, isMinified, isProse } from './kinds.ts';
import { type Language, languageOf, languageOfShebang } from './languages.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';
import { readCompiled } from './twins.ts';

/** Why checks of code do not read a file that has the name of code. */
export const LEFT_OUT = {
  installed: 'installed',
  output: 'the output of a build and not tracked',
  marked: 'marked as generated or vendored',
  compiled: 'compiled from another file of the project',
  generated: 'generated',
  minified: 'minified',
  unreadable: 'too large or unreadable',
} as const;
export type LeftOut = keyof typeof LEFT_OUT;

/** The code of a tree, and the files that look like code and are not read. */
export interface CodeSurvey {
  code: { file: SourceFile; language: Language }[];
  leftOut: Map<LeftOut, string[]>;
}

const surveys = new WeakMap<SourceTree, CodeSurvey>();

/** Sorts the files of a tree into code and what is left out; once per tree. */
export function surveyCode(tree: SourceTree): CodeSurvey {
  const known = surveys.get(tree);
  if (known) return known;
  const survey: CodeSurvey = { code: [], leftOut: new Map() };
  const judge = openJudge(tree);
  for (const file of tree.files) {
    const found = judgeFile(file, judge);
    if (found?.language) survey.code.push({ file, language: found.language });
    if (found?.reason)
      survey.leftOut.set(found.reason, [...(survey.leftOut.get(found.reason) ?? []), file.path]);
  }
  surveys.set(tree, survey);
  return survey;
}

interface Judge {
  byPath(file: SourceFile): LeftOut | undefined;
  byText(file: SourceFile): LeftOut | undefined;
}

// Undefined for prose, data and lock files; a file without an extension may be a script.
function judgeFile(file: SourceFile, judge: Judge): { language?: Language; reason?: LeftOut } | undefined {
  const { path } = file;
  if (isProse(path) || isLockFile(path)) return undefined;
  const named = languageOf(path);
  if (named === undefined) {
    if (/\.[^./]+$/.test(path) || judge.byPath(file) !== undefined) return undefined;
    const language = languageOfShebang(file.text() ?? '');
    return language && { language };
  }
  const reason = judge.byPath(file) ?? judge.byText(file);
  return reason ? { reason } : { language: named };
}

function openJudge(tree: SourceTree): Judge {
  const [isMarked, isCompiled, isInstalled] = [readLinguist(tree), readCompiled(tree), readInstalled(tree)];
  return {
    byPath({ path, tracked }: SourceFile): LeftOut | undefined {
      if (isInstalled(path)) return 'installed';
      // What git tracks is a part of the project, in a folder of any name.
      if (isForeignPath(path) && !(tree.git && tracked)) return 'output';
      if (isMarked(path)) return 'marked';
      return isCompiled(path) ? 'compiled' : undefined;
    },
    byText(file: SourceFile): LeftOut | undefined {
      const text = file.text();
      if (text === undefined) return 'unreadable';
      if (isGeneratedText(text, file.path)) return 'generated';
      return /\.min\.\w+$/i.test(file.path) || isMinified(text) ? 'minified' : undefined;
    },
  };
}

const INSTALLED =
  /(?:^|\/)(?:node_modules|bower_components|Pods|Carthage|\.yarn|\.pnp|site-packages|\.venv|venv)\//i;
/** Files that package managers write into the folder of installed packages. */
const MANAGED = /^(.*\/)?(?:modules\.txt|autoload\.php|\.yarn-integrity)$/;

/** Returns a test for files that a package manager installed, also into a folder `vendor`. */
export function readInstalled(tree: SourceTree): (path: string) => boolean {
  const managed = tree.files.flatMap(({ path }) => {
    const folder = MANAGED.exec(path)?.[1] ?? '';
    return /(?:^|\/)vendor\/$/.test(folder) ? [folder] : [];
  });
  return (path) => INSTALLED.test(path) || managed.some((folder) => path.startsWith(folder));
}
