import type { AuditTree, CheckResult } from '../../check.ts';
import { countOf, type Hit, reportHits } from '../../report.ts';
import type { Language } from '../../source/languages.ts';
import { type CodeFile, selectCode } from '../../source/select.ts';

/** Languages whose tests name what they test. */
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

/** Files that hold no decisions, or are only reached by starting the program. */
const EXEMPT =
  /(?:^|\/)(?:index|main|mod|lib|__init__|__main__|setup|types?|constants?|config|settings|wsgi|asgi|manage|urls|routes?|schema|styles?|theme|i18n|doc|version|app|server|cli)\.[a-z]+$|\.d\.[cm]?ts$|\.config\.[cm]?[jt]s$|(?:^|\/)(?:migrations?|scripts?|bin|tools?|types|constants|locales?|i18n|assets|public|static|config|\.github|proto|stories|website)\//i;

const MIN_CODE_LINES = 40;

interface Source {
  path: string;
  lines: number;
  /** Every word of its import lines. */
  imports: string[];
}

interface Survey {
  sources: Source[];
  /** Every word that a test mentions: imports, paths, class names. */
  words: Set<string>;
  /** Folders with Go tests: a package is tested as one. */
  goFolders: Set<string>;
  tests: number;
}

export async function run(tree: AuditTree): Promise<CheckResult> {
  const survey = surveyTree(tree);
  const notes = [
    `Compared ${countOf(survey.sources.length, 'source')} with ${countOf(survey.tests, 'test file')} by name.`,
  ];
  if (survey.tests === 0) return reportHits(judgeUntested(survey.sources.filter(isLong)), notes);
  const untested = findUntested(survey).filter(isLong);
  return reportHits(untested.map(toHit), notes);
}

function surveyTree(tree: AuditTree): Survey {
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
  for (const word of `${path} ${text}`.match(/[\p{L}\p{N}_-]+/gu) ?? []) survey.words.add(normalize(word));
}

function addSource(survey: Survey, { path, text, sample }: CodeFile): void {
  if (sample || hasOwnTests(path, text)) return;
  const lines = text
    .split('\n')
    .filter((line) => /\w/.test(line) && !/^\s*(?:\/\/|#|\*|\/\*)/.test(line)).length;
  survey.sources.push({ path, lines, imports: importedWords(text) });
}

/** Worth a test of its own. */
function isLong({ path, lines }: Source): boolean {
  return lines >= MIN_CODE_LINES && !EXEMPT.test(path);
}

const IMPORT =
  /^\s*(?:import|from|export .* from|#\s*include|use|using|require|const .*require)\b.*$|\bimport\(.*$|^\} from .*$/gm;

function importedWords(text: string): string[] {
  return (text.match(IMPORT) ?? [])
    .flatMap((line) => line.match(/[\p{L}\p{N}_.-]+/gu) ?? [])
    .map(fileName)
    .map(normalize);
}

function fileName(word: string): string {
  return word
    .replace(/^\.+/, '')
    .replace(/\.[a-z]{1,4}$/, '')
    .replace(/\.io$/, '');
}

/** What no test names, and nothing that a test names imports: its parts are tested through the whole. */
function findUntested(survey: Survey): Source[] {
  let rest = survey.sources;
  for (;;) {
    const untested = rest.filter((source) => !isMentioned(source.path, survey));
    if (untested.length === rest.length) return rest;
    for (const source of rest.filter((one) => !untested.includes(one))) {
      for (const word of source.imports) survey.words.add(word);
    }
    rest = untested;
  }
}

/** Rust keeps unit tests beside the code, Python sometimes doctests. */
function hasOwnTests(path: string, text: string): boolean {
  return (
    (path.endsWith('.rs') && text.includes('#[cfg(test)]')) || (path.endsWith('.py') && text.includes('>>> '))
  );
}

/** `UserService`, `user-service` and `user_service` are one name. */
function normalize(word: string): string {
  return word.replace(/[-_]/g, '').toLowerCase();
}

function isMentioned(path: string, { words, goFolders }: Survey): boolean {
  if (path.endsWith('.go') && goFolders.has(path.slice(0, path.lastIndexOf('/') + 1))) return true;
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '');
  const name = normalize(stem.replace(/\.io$/, '').replaceAll('.', ''));
  return (
    ['', 'test', 'tests', 'spec', 'it'].some((end) => words.has(name + end)) ||
    words.has(`test${name}`) ||
    words.has(normalize(stem.split('.')[0] ?? ''))
  );
}

function toHit({ path, lines }: Source): Hit {
  return {
    rule: 'untested-source',
    severity: 'minor',
    title: `untested-source: no test names it (${countOf(lines, 'line')})`,
    path,
    detail: 'A change can break it unseen; add a test for its decisions, or one that names it.',
  };
}

function judgeUntested(sources: readonly Source[]): Hit[] {
  if (sources.length < 3) return [];
  return [
    {
      rule: 'no-tests',
      severity: 'major',
      title: `no-tests: ${countOf(sources.length, 'source')} and not one test`,
      detail: 'Nobody can change it safely; begin with one test of the most used path, run in CI.',
    },
  ];
}
