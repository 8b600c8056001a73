import { type Language, languageOf } from './languages.ts';
import { maskText } from './mask.ts';
import { TEST_GRAMMARS, type TestGrammar, TRIVIAL_ASSERTION } from './test-grammars.ts';
import { readScriptTests, type ScriptTests } from './test-script.ts';

/** A test, or a group of tests such as `describe`, in the source. */
export interface TestUnit {
  kind: 'case' | 'group';
  title: string;
  /** 1-based. */
  line: number;
  isSkipped: boolean;
  /** Assertions from here to the next unit. Assertions that always hold are not counted. */
  assertions: number;
}

/** The tests of one file. */
export interface TestFile {
  path: string;
  units: TestUnit[];
  /** Assertions in the whole file. */
  assertions: number;
  /** Line of a mark that skips the whole file. */
  skippedAt?: number;
}

const TEST_FOLDER = /(?:^|\/)(?:tests?|specs?|__tests__|testing|e2e|integration-tests?)\//i;
const TEST_NAME =
  /(?:^|\/)(?:[^/]*[._-])?(?:tests?|specs?|unittests?)(?:[._-][^/]*)?\.\w+$|(?:^|\/)[^/]*(?:Tests?|TestCase|Specs?|IT)\.(?:java|kt|kts|scala|groovy|cs|php|swift|fs|vb)$|\.bats$/;
const DATA_NAME =
  /\.(?:json|jsonc|ya?ml|toml|txt|md|mdx|rst|csv|tsv|snap|lock|log|xml|ini|cfg|env|png|jpe?g|gif|svg|pdf|zip|gz|golden|out)$/i;
const NON_TEST_LANGUAGES: readonly Language[] = ['css', 'html', 'yaml', 'docker', 'sql'];

/** Whether a file is a test by its own name, such as `login.test.ts`, `test_login.py` or `LoginTest.java`. */
export function isTestName(path: string): boolean {
  return TEST_NAME.test(path) && isPossibleTest(path);
}

/** Whether a file may contain tests, by its path. Rust keeps tests in its source files. */
export function isTestPath(path: string): boolean {
  if (!isPossibleTest(path)) return false;
  return TEST_NAME.test(path) || TEST_FOLDER.test(path) || languageOf(path) === 'rust';
}

function isPossibleTest(path: string): boolean {
  const language = languageOf(path);
  return !DATA_NAME.test(path) && (language === undefined || !NON_TEST_LANGUAGES.includes(language));
}

/** Reads the tests of a file; undefined if the file is not a test, such as a helper in a folder of tests. */
export function readTestFile(path: string, text: string): TestFile | undefined {
  const language = path.endsWith('.bats') ? 'shell' : languageOf(path);
  const grammar = language && TEST_GRAMMARS[language];
  // In an unknown language the file counts as one test, unless it is blank.
  if (!grammar || language === undefined)
    return isTestName(path) ? { path, units: [], assertions: text.trim() === '' ? 0 : 1 } : undefined;
  const script = language === 'js' || language === 'ts' ? readScriptTests(path, language, text) : undefined;
  const file = scanLines(path, text, maskText(text, language), nameAliases(grammar, script));
  if (script) markConditional(file, script);
  return file.units.some(({ kind }) => kind === 'case') || isTestName(path) ? file : undefined;
}

/** Marks the tests that a condition or an early end keeps from running. */
function markConditional(file: TestFile, { conditionalLines, endsAt }: ScriptTests): void {
  for (const unit of file.units) if (conditionalLines.has(unit.line)) unit.isSkipped = true;
  if (endsAt !== undefined) file.skippedAt ??= endsAt;
}

/** Adds the file's own names for functions of a test library. */
function nameAliases(grammar: TestGrammar, script: ScriptTests | undefined): TestGrammar {
  if (!script) return grammar;
  const [cases, groups] = [script.aliases.cases, script.aliases.groups].map((names) =>
    names.map((name) => name.replace(/[$.]/g, '\\$&')).join('|'),
  );
  if (!cases && !groups) return grammar;
  const words = [groups, cases].filter((names) => names !== '').join('|');
  // Of a test's context, which may have the same name, calls such as `t.equal(` are no tests.
  const own = `(?:${words})(?=\\s*[(\`]|\\.(?:skip|todo|only|each|serial|failing|concurrent)\\b)|`;
  const declaration = new RegExp(grammar.declaration.source.replace('(?<word>', `(?<word>${own}`), 'g');
  const groupWord = new RegExp(`${grammar.groupWord?.source}${groups ? `|^(?:${groups})$` : ''}`);
  return { ...grammar, declaration, groupWord };
}

function scanLines(
  path: string,
  raw: string,
  masked: { code: string; text: string },
  grammar: TestGrammar,
): TestFile {
  const file: TestFile = { path, units: [], assertions: 0 };
  const rawLines = raw.split('\n');
  const textLines = masked.text.split('\n');
  // Annotations precede the declaration that they belong to.
  let annotations = '';
  for (const [index, code] of masked.code.split('\n').entries()) {
    const rawLine = rawLines[index] ?? '';
    if (grammar.fileSkip?.test(rawLine)) file.skippedAt ??= index + 1;
    if (grammar.annotation?.test(rawLine)) annotations += `${rawLine}\n`;
    const declarations = [...code.matchAll(grammar.declaration)];
    for (const match of declarations) {
      const unit = readUnit(match, { annotations, code, grammar });
      if (unit) file.units.push(startUnit(unit, textLines, { index, column: match.index }));
    }
    if (declarations.length > 0) annotations = '';
    readBody(file, code, index + 1, grammar);
  }
  return file;
}

type Declared = Pick<TestUnit, 'kind' | 'isSkipped'> & { name: string | undefined };

function startUnit(
  { kind, name, isSkipped }: Declared,
  lines: readonly string[],
  { index, column }: { index: number; column: number },
): TestUnit {
  return { kind, title: name ?? titleAt(lines, index, column), line: index + 1, isSkipped, assertions: 0 };
}

/** Adds the assertions and skips of a line to the test that contains it. */
function readBody(file: TestFile, code: string, line: number, grammar: TestGrammar): void {
  const unit = file.units.at(-1);
  const assertions = countAssertions(code, grammar);
  file.assertions += assertions;
  if (unit) unit.assertions += assertions;
  if (!grammar.innerSkip.test(code)) return;
  if (unit) unit.isSkipped = true;
  else file.skippedAt ??= line;
}

function readUnit(
  match: RegExpMatchArray,
  { annotations, code, grammar }: { annotations: string; code: string; grammar: TestGrammar },
): Declared | undefined {
  const { group, name, word = '' } = match.groups ?? {};
  const head = `${annotations}${code}`;
  const isSkipped = grammar.skip.test(grammar.annotation ? head : match[0]);
  if (group !== undefined) return { kind: 'group', name: name ?? group, isSkipped };
  if (grammar.groupWord?.test(word)) return { kind: 'group', name, isSkipped };
  const isTest = grammar.requires === undefined || word !== '' || grammar.requires.test(`${head}\n${name}`);
  return isTest ? { kind: 'case', name, isSkipped } : undefined;
}

const MAX_TITLE = 160;
const QUOTED = /(['"`])((?:\\.|(?!\1).)*)\1/;

/** The first string at or after a call, on its line or the next; otherwise the source text of the call. */
function titleAt(lines: readonly string[], index: number, column: number): string {
  const call = (lines[index] ?? '').slice(column);
  const quoted = QUOTED.exec(call) ?? QUOTED.exec(lines[index + 1] ?? '');
  return (quoted?.[2] ?? call.trim()).slice(0, MAX_TITLE);
}

function countAssertions(code: string, { assertion }: TestGrammar): number {
  const claims = code.replace(TRIVIAL_ASSERTION, '');
  return claims.match(assertion)?.length ?? 0;
}
