import { compareText } from '../../../findings/compare-text.ts';
import { countOf } from '../../../findings/words.ts';
import type { Language } from '../../../source/languages.ts';
import { type CodeFile, selectCode } from '../../../source/select.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult, Fact } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';

/** Languages whose tests name the code that they test. */
const TESTED: ReadonlySet<Language> = new Set([
  'js',
  'ts',
  'python',
  'go',
  'java',
  'kotlin',
  'scala',
  'swift',
  'dart',
  'ruby',
  'php',
  'cpp',
  'c',
  'csharp',
  'rust',
]);

/** Files without decisions, or that run only when the program starts. */
const EXEMPT =
  /(?:^|\/)(?:index|main|mod|lib|__init__|__main__|setup|types?|constants?|config|settings|wsgi|asgi|manage|urls|routes?|schema|styles?|theme|i18n|doc|version|app|server|cli)\.[a-z]+$|\.d\.[cm]?ts$|\.(?:h|hh|hpp|hxx|inl)$|\.config\.[cm]?[jt]s$|(?:^|\/)(?:migrations?|scripts?|bin|tools?|types|constants|locales?|i18n|assets|public|static|config|\.github|proto|stories|website)\//i;

const MIN_CODE_LINES = 40;

interface Source {
  path: string;
  lines: number;
  /** Normalized names of its imports and of the classes that it mentions. */
  uses: ReadonlySet<string>;
}

interface Survey {
  sources: Source[];
  /** Every normalized word of the tests: imports, paths, class names. */
  words: Set<string>;
  /** Folders with Go tests; a Go package is tested as a whole. */
  goFolders: Set<string>;
  tests: number;
}

/** Lists sources that no test names, and says that a project has no tests. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const survey = surveyTree(tree);
  const notes = [
    `Compared ${countOf(survey.sources.length, 'source')} with ${countOf(survey.tests, 'test file')} by name.`,
  ];
  if (survey.tests === 0)
    return reportHits([], notes, {
      numbers: countUntested(survey.sources.filter((s) => s.lines >= MIN_CODE_LINES)),
    });
  const untested = findUnreached(survey).filter(
    ({ path, lines }) => lines >= MIN_CODE_LINES && !EXEMPT.test(path),
  );
  return reportHits([], notes, { numbers: listUntested(untested) });
}

// Sources that no test names, and that no source reached by a test uses.
function findUnreached(survey: Survey): Source[] {
  let open = survey.sources;
  let reached = open.filter(({ path }) => isMentioned(path, survey));
  while (reached.length > 0) {
    open = open.filter((source) => !reached.includes(source));
    const used = new Set(reached.flatMap(({ uses }) => [...uses]));
    reached = open.filter(({ path }) => namesOf(path).some((name) => used.has(name)));
  }
  return open;
}

function surveyTree(tree: SourceTree): Survey {
  const survey: Survey = { sources: [], words: new Set(), goFolders: new Set(), tests: 0 };
  for (const file of selectCode(tree, TESTED)) {
    if (file.test) addTest(survey, file);
    else addSource(survey, file);
  }
  return survey;
}

function addTest(survey: Survey, { path, text }: CodeFile): void {
  survey.tests += 1;
  if (path.endsWith('_test.go')) survey.goFolders.add(path.slice(0, path.lastIndexOf('/') + 1));
  for (const word of `${path} ${text}`.match(WORD) ?? []) survey.words.add(normalize(word));
}

function addSource(survey: Survey, { path, text, sample, language }: CodeFile): void {
  if (sample || hasOwnTests(path, text)) return;
  const lines = text
    .split('\n')
    .filter((line) => /\w/.test(line) && !/^\s*(?:\/\/|#|\*|\/\*)/.test(line)).length;
  const uses = new Set((usedText(text, language).match(WORD) ?? []).map(normalize));
  survey.sources.push({ path, lines, uses });
}

const WORD = /[\p{L}\p{N}_-]+/gu;
const IMPORT = /\b(?:import|from|require|include|use|mod|part)\b[^\n]*/g;
/** Languages that refer to classes without naming their files. */
const BY_CLASS: ReadonlySet<Language> = new Set([
  'java',
  'kotlin',
  'scala',
  'csharp',
  'php',
  'ruby',
  'swift',
]);

function usedText(text: string, language: Language): string {
  const classes = BY_CLASS.has(language) ? (text.match(/\b[A-Z]\w+/g) ?? []) : [];
  return [...(text.match(IMPORT) ?? []), ...classes].join(' ');
}

// Rust has unit tests in the source file, Python has doctests.
function hasOwnTests(path: string, text: string): boolean {
  return (
    (path.endsWith('.rs') && text.includes('#[cfg(test)]')) || (path.endsWith('.py') && text.includes('>>> '))
  );
}

// `UserService`, `user-service` and `user_service` become the same name.
function normalize(word: string): string {
  return word.replace(/[-_]/g, '').toLowerCase();
}

function isMentioned(path: string, { words, goFolders }: Survey): boolean {
  if (path.endsWith('.go') && goFolders.has(path.slice(0, path.lastIndexOf('/') + 1))) return true;
  return namesOf(path).some((name) =>
    ['', 'test', 'tests', 'spec', 'it'].some((end) => words.has(name + end)),
  );
}

// Other files refer to `price.service.ts` as `price` too.
function namesOf(path: string): string[] {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
  const whole = normalize(stem.replaceAll('.', ''));
  const first = normalize(stem.split('.')[0] ?? '');
  return [
    whole,
    first,
    `test${whole}`,
    ...(/^(?:index|mod|__init__)$/.test(stem) ? [normalize(folderName(path))] : []),
  ];
}

function folderName(path: string): string {
  return path.split('/').at(-2) ?? '';
}

const MAX_LISTED = 10;

// Compares names and imports, and measures no coverage; the longest sources come first.
function listUntested(sources: readonly Source[]): Fact[] {
  const longest = [...sources].sort((a, b) => b.lines - a.lines || compareText(a.path, b.path));
  const topic = 'Sources that no test names';
  const more = longest.length - MAX_LISTED;
  return [
    ...longest
      .slice(0, MAX_LISTED)
      .map(({ path, lines }) => ({ topic, text: `${path}: ${countOf(lines, 'line')}` })),
    ...(more > 0 ? [{ topic, text: `${more} more` }] : []),
  ];
}

function countUntested(sources: readonly Source[]): Fact[] {
  if (sources.length < 3) return [];
  return [{ topic: 'Tests', text: `${countOf(sources.length, 'source')} and no test` }];
}
