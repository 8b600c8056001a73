import type { Language } from '../../../source/languages.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import type { CheckResult } from '../../check/check.ts';
import { onePerFile, reportHits } from '../../check/report.ts';
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

const CONDITION = /\b(?:if|unless|else|switch|case|catch|except|foreach|for|while)\b/;

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

/** Reports focused, skipped, empty and commented-out tests. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, { patterns: PATTERNS, syntax: SKIPPED_SYNTAX });
  return reportHits(onePerFile(hits, { 'commented-test': 1 }), notes, { numbers });
}
