import type { Language } from './languages.ts';

/** How tests look in one language. Patterns apply to one line whose comments and strings are blank, unless stated otherwise. */
export interface TestGrammar {
  /** Global. Groups: `word` (the called function, for tests that are calls), `name` (a declared function), `group` (a class). */
  declaration: RegExp;
  /** Words of calls that open a group of tests. */
  groupWord?: RegExp;
  /** Line with an annotation or decorator, unmasked. */
  annotation?: RegExp;
  /** A declared function is a test only if this matches its annotations, its line or its name. */
  requires?: RegExp;
  /** Skips the declared test or group: applied to annotations and line, or without annotations to the call. */
  skip: RegExp;
  /** Skips the test that contains the line. */
  innerSkip: RegExp;
  /** Line that skips the whole file, unmasked. */
  fileSkip?: RegExp;
  /** Global. */
  assertion: RegExp;
}

// Also names of custom helpers, such as `expectLogin(`.
const CALLED_ASSERTION =
  /\b\w*(?:expect|assert|should|verify|ensure|check|fail|raises|throws|reject|must)\w*\s*[.(!]|\.(?:toBe|toEqual|to|is|equal|deepEqual|ok|throws)\s*[.(]/gi;

/** Assertions that always hold. */
export const TRIVIAL_ASSERTION =
  /\bexpect\s*\(\s*(true|1)\s*\)\s*\.\s*to(?:Be|Equal|BeTruthy|StrictEqual)\s*\(\s*(?:\1)?\s*\)|\bassert(?:True)?(?:\.(?:ok|equal|isTrue))?!?\s*\(\s*(true|1)\s*(?:,\s*\2\s*)?\)|\bassert\s+(?:True|1)\b|\b(?:Assert|Assertions)\.(?:IsTrue|True|assertTrue)\s*\(\s*true\s*\)/gi;

const SCRIPT: TestGrammar = {
  declaration:
    /(?<![\w$.])(?<word>test\.describe|Deno\.test|[xf]?(?:describe|context|suite|it|test|specify))(?:\.(?!beforeEach|afterEach|beforeAll|afterAll|use\b|step\b|extend|setTimeout|info\b|slow\b|configure)\w+)*\s*(?=[(`])/g,
  groupWord: /^(?:test\.describe|[xf]?(?:describe|context|suite))$/,
  skip: /^[xf](?:describe|context|suite|it|test|specify)|\.(?:skip|todo|skipIf|runIf|only|fixme|fails|failing)\b/,
  innerSkip:
    /(?<![\w$.])(?:this|t|ctx|context|task|test|it)\s*\.\s*(?:skip|todo|fixme)\s*\(|(?<![\w$.])pending\s*\(|\b(?:skip|todo)\s*:\s*(?!false|undefined|null)|\bignore\s*:\s*true/,
  assertion: CALLED_ASSERTION,
};

// JUnit, TestNG, Kotest, ScalaTest.
const JVM: TestGrammar = {
  declaration:
    /\b(?:class|object)\s+(?<group>\w+)|^\s*(?<word>x?(?:test|should|it|they|scenario|expect|property|describe|context|given|feature)|ignore)\s*\(\s*"|\b(?:void|fun|def|public|private|protected|internal)\b[^=;(]*?(?<name>`[^`]+`|\b\w+)\s*\(/g,
  groupWord: /^x?(?:describe|context|given|feature)$/,
  annotation: /^\s*@\w/,
  requires:
    /@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Theory)\b|\ntest\w*$/,
  skip: /@(?:\w+\.)*(?:Disabled\w*|Ignored?)\b|\benabled\s*=\s*false|^\s*(?:x(?:test|should|it|describe|context|given|feature)|ignore)\s*\(/m,
  innerSkip: /\bassum(?:e|ing)(?:True|That)?\s*\(\s*false|\bAssumptions\s*\.\s*abort\s*\(|\bSkipException\b/,
  assertion: CALLED_ASSERTION,
};

const C_FAMILY: TestGrammar = {
  declaration:
    /\b(?<word>TEST(?:_F|_P|_CASE|_METHOD)?|TYPED_TEST(?:_P)?|SCENARIO|BOOST_(?:AUTO|FIXTURE)_TEST_CASE|START_TEST)\s*\(/g,
  skip: /\bDISABLED_/,
  annotation: /(?!)/,
  innerSkip: /\bGTEST_SKIP(?:_)?\s*\(|\bSKIP\s*\(/,
  assertion: CALLED_ASSERTION,
};

/** A missing language has no tests that are found in its source. */
export const TEST_GRAMMARS: Partial<Record<Language, TestGrammar>> = {
  js: SCRIPT,
  ts: SCRIPT,
  python: {
    declaration: /^\s*class\s+(?<group>\w+)|^\s*(?:async\s+)?def\s+(?<name>\w+)/g,
    annotation: /^\s*@/,
    requires: /\ntest\w*$/i,
    skip: /@(?:pytest\.)?(?:mark\.)?(?:skip|skipif|xfail)\b|@(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b/,
    innerSkip:
      /\bpytest\s*\.\s*(?:skip|xfail|importorskip)\s*\(|\bself\s*\.\s*skipTest\s*\(|\braise\s+(?:unittest\s*\.\s*)?SkipTest\b/,
    fileSkip:
      /^\s*pytestmark\s*=.*\b(?:skip|skipif|xfail)\b|^\s*__test__\s*=\s*False\b|^pytest\.skip\(|^(?:sys\.exit|os\._exit|exit|quit)\s*\(|^raise\s+(?:SystemExit|(?:unittest\.)?SkipTest)\b/,
    assertion: new RegExp(`^\\s*assert\\b|${CALLED_ASSERTION.source}`, 'gi'),
  },
  go: {
    declaration: /^func\s+(?<name>(?:Test|Example|Fuzz)\w*)\s*\(|\b(?<word>\w+\.Run)\s*\(\s*"/g,
    skip: /(?!)/,
    innerSkip: /\b\w+\.(?:Skip|Skipf|SkipNow)\s*\(/,
    fileSkip: /^\/\/\s*(?:go:build|\+build)\s+ignore\b/,
    assertion: new RegExp(
      `\\b(?:\\w+\\.(?:Error|Errorf|Fatal|Fatalf)\\s*\\(|require\\.)|${CALLED_ASSERTION.source}`,
      'gi',
    ),
  },
  rust: {
    declaration: /\bfn\s+(?<name>\w+)/g,
    annotation: /^\s*#!?\[/,
    requires: /#\[\s*(?:\w+::)*(?:test|rstest|test_case|quickcheck|wasm_bindgen_test)\b/,
    skip: /#\[\s*ignore\b/,
    innerSkip: /(?!)/,
    assertion: new RegExp(`\\bpanic!|${CALLED_ASSERTION.source}`, 'gi'),
  },
  java: JVM,
  kotlin: JVM,
  scala: JVM,
  csharp: {
    declaration:
      /\bclass\s+(?<group>\w+)|\b(?:public|private|internal|async|void)\b[^=;(]*?\b(?<name>\w+)\s*(?:<[^>]*>)?\(/g,
    annotation: /^\s*\[/,
    requires: /\[[^\]]*\b(?:Fact|Theory|Test|TestCase|TestMethod|DataTestMethod|TestCaseSource)\b/,
    skip: /\bSkip\s*=|[[,]\s*(?:Ignore|Explicit)\b/,
    innerSkip: /\bAssert\s*\.\s*(?:Ignore|Inconclusive|Skip)\s*\(/,
    assertion: CALLED_ASSERTION,
  },
  ruby: {
    declaration:
      /^\s*(?:RSpec\.)?(?<word>[xf]?(?:describe|context|feature|it|specify|example|scenario|test|should))\b(?=\s*[("'{]|\s+do\b|\s+[\w:]+\s*(?:,|do\b))|^\s*def\s+(?<name>test_\w+)|^\s*class\s+(?<group>\w+)/g,
    groupWord: /^[xf]?(?:describe|context|feature)$/,
    annotation: /(?!)/,
    skip: /^\s*[xf](?:describe|context|feature|it|specify|example|scenario|test)\b|,\s*:(?:skip|pending)\b|\b(?:skip|pending):\s*(?!false|nil)/m,
    innerSkip: /^\s*(?:skip|pending)\b(?!\s*[=.])/,
    assertion: CALLED_ASSERTION,
  },
  php: {
    declaration: /\bclass\s+(?<group>\w+)|\bfunction\s+(?<name>\w+)\s*\(|^\s*(?<word>it|test|describe)\s*\(/g,
    groupWord: /^describe$/,
    annotation: /^\s*(?:#\[|\/?\*+\s*@)/,
    requires: /#\[\s*Test\b|@test\b|\ntest\w*$/,
    skip: /(?!)/,
    innerSkip: /\bmarkTest(?:Skipped|Incomplete)\s*\(|->\s*(?:skip|todo|only)\s*\(/,
    assertion: CALLED_ASSERTION,
  },
  swift: {
    declaration: /\bclass\s+(?<group>\w+)|\bfunc\s+(?<name>\w+)\s*\(/g,
    annotation: /^\s*@/,
    requires: /@Test\b|\ntest\w*$/,
    skip: /\.disabled\s*\(/,
    innerSkip: /\bXCTSkip\w*\b/,
    assertion: CALLED_ASSERTION,
  },
  dart: {
    declaration: /\b(?<word>test|testWidgets|blocTest|group)\s*\(/g,
    groupWord: /^group$/,
    annotation: /(?!)/,
    skip: /\bskip\s*:\s*(?!false|null)/,
    innerSkip: /\bskip\s*:\s*(?!false|null)|\bmarkTestSkipped\s*\(/,
    fileSkip: /^@Skip\(/,
    assertion: CALLED_ASSERTION,
  },
  c: C_FAMILY,
  cpp: C_FAMILY,
  shell: {
    declaration: /^\s*(?<word>@test)\s+/g,
    skip: /(?!)/,
    innerSkip: /^\s*skip\b/,
    assertion: /\[\[?\s|\btest\s|\bassert\w*\b|\bexit\s+[1-9]|\|\|/g,
  },
};
