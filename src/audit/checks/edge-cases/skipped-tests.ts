import { countOf } from '../../../findings/words.ts';
import { isVendored } from '../../../source/kinds.ts';
import type { Language } from '../../../source/languages.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult, Fact } from '../../check/check.ts';
import { type Hit, onePerFile, reportHits } from '../../check/report.ts';
import type { PatternRule } from '../../rules/rule.ts';
import { scanCode } from '../../rules/scan.ts';
import { SKIPPED_SYNTAX } from './skipped-script.ts';

// A skip with a condition (no database, short mode) is intended: in the block of an `if`, or after a return that depends on one.
const isConditional: PatternRule['unless'] = (_match, { before, line }) => {
  const previous = before.slice(0, before.lastIndexOf('\n')).trimEnd().split('\n').at(-1) ?? '';
  if (CONDITION.test(`${previous} ${line}`)) return true;
  const body = before.slice(
    Math.max(
      0,
      before.search(/(?:\bfunc(?:tion)?\b|\bdef\b|\bit\b)(?![\s\S]*(?:\bfunc(?:tion)?\b|\bdef\b|\bit\b))/),
    ),
  );
  return /\breturn\b/.test(body) || CONDITION.test(headOfBlock(body));
};

const CONDITION = /\b(?:if|unless|else|switch|case|catch|except|rescue|foreach|for|while)\b/;

// The text between the last statement and the brace that is still open.
function headOfBlock(body: string): string {
  const open = body.lastIndexOf('{');
  if (open < 0 || body.indexOf('}', open) >= 0) return '';
  const head = body.slice(0, open);
  return head.slice(Math.max(head.lastIndexOf(';'), head.lastIndexOf('{'), head.lastIndexOf('}')) + 1);
}

function skipped(languages: Language[], pattern: RegExp, unless?: PatternRule['unless']): PatternRule {
  return {
    id: 'skipped-test',
    severity: 'minor',
    what: 'a test is skipped',
    why: 'The behaviour that it covers may be broken; fix the test, or delete it with the reason.',
    tests: 'scan',
    languages,
    pattern,
    ...(unless ? { unless } : {}),
  };
}

const PATTERNS: readonly PatternRule[] = [
  skipped(['python'], /@(?:pytest\.mark\.skip|unittest\.skip)\b(?!if)/gi),
  skipped(['go'], /\bt\.Skip(?:f|Now)?\(/g, isConditional),
  skipped(['java', 'kotlin', 'scala'], /@(?:Ignore|Disabled)\b(?!\w)/g),
  skipped(['csharp'], /\[(?:Ignore|Fact\([^)]*\bSkip\s*=|Theory\([^)]*\bSkip\s*=)/g),
  skipped(['php'], /->markTest(?:Skipped|Incomplete)\(/g, isConditional),
  skipped(['rust'], /#\[ignore\b/g),
  skipped(['ruby'], /(?<=^|\n)\s*(?:xit|xdescribe|xcontext|xspecify)\b[ (]/g),
  skipped(['ruby'], /(?<=^|\n)\s*(?:skip|pending)\b(?=[ (]*["'\n])/g, isConditional),
  skipped(['swift'], /\bfunc\s+(?:x|disabled|skip_)test\w*\(/g),
  {
    id: 'focused-test',
    severity: 'major',
    what: 'only this test runs',
    why: 'All other tests do not run; remove the focus.',
    tests: 'only',
    languages: ['ruby'],
    pattern: /(?<=^|\n)\s*(?:fit|fdescribe|fcontext|focus)\b[ (]|,\s*(?:focus:\s*true|:focus)\b/g,
  },
  {
    id: 'commented-test',
    severity: 'minor',
    what: 'a test is commented out',
    why: 'The test results do not show that it is skipped; fix the test, or delete it.',
    tests: 'only',
    languages: ['js', 'ts'],
    view: 'comments',
    pattern: /^\s*\/\/+\s*(?:it|test|describe)(?:\.\w+)?\((['"`])[^\n]+\1\s*,/gm,
  },
];

/** Reasons that name a fault; others say where a test cannot run. */
const OPEN_FAULT =
  /flak[ey]|\btodo\b|\bfix(?:me)?\b|broken|temporar|disabled|\bwip\b|investigat|hang|fails?\b|not working|make this work|reconsider|slow|bug\b|issue\b|#\d/i;
/** A reason in the call or annotation, or in a comment on the line or the line above. */
const REASON =
  /\(\s*(?:reason\s*=\s*|value\s*=\s*|Skip\s*=\s*)?[frb@]?["'\x60]([^"'\x60\n]{8,})|(?:\/\/|#|\/\*)\s*(\S[^\n]{8,})$|^\s*(?:skip|pending)\s+["']([^"'\n]{8,})|\bSkip\s*=\s*"([^"\n]{8,})/;

function isExplained(hit: Hit, lines: readonly string[] | undefined): boolean {
  if (hit.rule !== 'skipped-test' || lines === undefined || hit.suppressed !== undefined) return false;
  const index = (hit.line ?? 1) - 1;
  const above = /^\s*(?:\/\/|#)/.test(lines[index - 1] ?? '') ? (lines[index - 1] ?? '') : '';
  // In a script the text is the name of the test.
  const own = /\b(?:x?(?:it|describe|test|context|specify|suite))(?:\.skip)?\b/.test(lines[index] ?? '')
    ? ''
    : (lines[index] ?? '');
  const reason = [own, above].map((line) => REASON.exec(line)).find((match) => match !== null);
  const said = reason?.slice(1).find((text) => text !== undefined);
  return said !== undefined && !OPEN_FAULT.test(said);
}

/** A finding in more files than this is a habit of the project, which is a number. */
const HABIT_FILES = 5;

// Empty tests in many files are inputs whose test is that they can be read.
function isHabit(hits: readonly Hit[]): boolean {
  return new Set(hits.filter(({ rule }) => rule === 'empty-test').map(({ path }) => path)).size > HABIT_FILES;
}

function countTests(topic: string, hits: readonly Hit[]): Fact[] {
  const files = new Set(hits.map(({ path }) => path));
  const text = `${countOf(hits.length, 'test')} in ${countOf(files.size, 'file')}`;
  return hits.length === 0 ? [] : [{ topic, text }];
}

/** Reports focused, skipped, empty and commented-out tests. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, { patterns: PATTERNS, syntax: SKIPPED_SYNTAX });
  const files = new Map(tree.files.map((file) => [file.path, file]));
  const own = hits.filter(({ path = '' }) => !isVendored(path));
  const explained = own.filter((hit) =>
    isExplained(
      hit,
      files
        .get(hit.path ?? '')
        ?.text()
        ?.split('\n'),
    ),
  );
  const empty = isHabit(own) ? own.filter(({ rule }) => rule === 'empty-test') : [];
  const left = own.filter((hit) => !explained.includes(hit) && !empty.includes(hit));
  return reportHits(
    onePerFile(left, { 'commented-test': 1, 'skipped-test': 1, 'empty-test': 1, 'constant-assertion': 1 }),
    notes,
    {
      numbers: [
        ...numbers,
        ...countTests('Tests that are skipped with a reason', explained),
        ...countTests('Empty tests', empty),
      ],
    },
  );
}
