import type { Node } from '@babel/types';
import { calledName, dottedName, isCall, isFunction } from '../../../source/nodes.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import { indentedBodies } from '../../../source/spans.ts';
import type { Ancestors } from '../../../source/walk.ts';
import type { CheckResult } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import type { PatternRule, SyntaxRule } from '../../rules/rule.ts';
import { scanCode } from '../../rules/scan.ts';

/** Expressions whose value comes from outside the program. */
const FROM_OUTSIDE =
  /\b(?:req|request|ctx\.request|event|evt|message|msg)\.(?:body|data|query|params|headers|detail|text)\b|\b(?:localStorage|sessionStorage)\b|\bprocess\.env\b|\.searchParams\b|\blocation\.(?:hash|search)\b|\bdocument\.cookie\b/;

const CRASH =
  'Invalid input crashes the program here; catch the error where the input arrives and answer with a reason.';

// True if a try block of the same function with a catch contains the node.
function isGuarded(ancestors: Ancestors): boolean {
  for (let i = ancestors.length - 1; i >= 0; i--) {
    const node = ancestors[i];
    if (node?.type === 'TryStatement' && node.handler && ancestors[i + 1] === node.block) return true;
    if (isFunction(node)) return false;
  }
  return false;
}

// `list.map(parseInt)` passes the index as the radix.
function isMappedParseInt(node: Node): boolean {
  if (calledName(node) !== 'map' || node.type !== 'CallExpression') return false;
  return /^(?:Number\.)?parseInt$/.test(dottedName(node.arguments[0]) ?? '');
}

const SYNTAX: readonly SyntaxRule[] = [
  {
    id: 'unguarded-parse',
    severity: 'minor',
    what: 'JSON.parse of outside input without a try',
    why: CRASH,
    hint: /JSON\.parse/,
    types: ['CallExpression'],
    matches: (node, ancestors, { source }) => {
      if (!isCall(node, /^JSON\.parse$/) || isGuarded(ancestors)) return false;
      const [input] = node.arguments;
      return FROM_OUTSIDE.test(source.slice(input?.start ?? 0, input?.end ?? 0));
    },
  },
  {
    id: 'mapped-parse-int',
    severity: 'major',
    what: 'map(parseInt)',
    why: 'parseInt receives the index as its radix, so ["1","2","3"] becomes 1, NaN, NaN; use map(Number).',
    hint: /\.map\(\s*(?:Number\.)?parseInt\b/,
    types: ['CallExpression'],
    matches: isMappedParseInt,
  },
];

const PATTERNS: readonly PatternRule[] = [
  {
    id: 'unguarded-parse',
    severity: 'minor',
    what: 'outside input is converted without a try',
    why: CRASH,
    languages: ['python'],
    pattern:
      /(?<![\w.])(?:json\.loads|int|float|Decimal)\(\s*(?:(?:self\.)?request\.(?:args|form|data|body|GET|POST|values|get_data|query_params)|input\()[^\n]*/g,
    unless: (_match, { before, file }) =>
      indentedBodies(file.code, /^\s*try\s*:/).some((s) => before.length > s.start && before.length < s.end),
  },
  {
    id: 'unchecked-assertion',
    severity: 'minor',
    what: 'a type assertion without its second result',
    why: 'A value of another type causes a panic; write `v, ok := x.(T)` and handle !ok.',
    languages: ['go'],
    pattern:
      /(?<=^|\n)[^\S\n]*\w+\s*:?=\s*[\w.[\]]+(?:\([^()\n]*\))?\.\((?!type\b)[\w.*[\]]+\)[^\S\n]*(?=\n|$)/g,
  },
  {
    id: 'unchecked-number',
    severity: 'minor',
    what: 'outside input is parsed as a number without a check',
    why: CRASH,
    languages: ['java', 'kotlin', 'csharp'],
    pattern:
      /\b(?:Integer\.(?:parseInt|valueOf)|Long\.parseLong|Double\.parseDouble|int\.Parse|double\.Parse|decimal\.Parse)\(\s*(?:\w+\.getParameter|request\.|Request\.|Console\.ReadLine|args\[|System\.getenv)/g,
    unless: (_match, { before }) => /\btry\s*\{[^}]*$/.test(before.slice(-600)),
  },
  {
    id: 'unchecked-number',
    severity: 'minor',
    what: 'atoi returns 0 on an error',
    why: 'Letters become 0 and large numbers are undefined behaviour; use strtol and check its end pointer.',
    languages: ['c', 'cpp'],
    pattern: /(?<![\w.>:])ato(?:i|l|ll|f)\s*\(\s*(?:argv|optarg|getenv|buf|line|input|str|s\b)/g,
  },
  {
    id: 'unguarded-parse',
    severity: 'minor',
    what: 'parse().unwrap()',
    why: CRASH,
    languages: ['rust'],
    pattern: /\.parse(?:::<[^>\n]+>)?\(\)\s*\.unwrap\(\)/g,
    unless: (_match, { before }) => /#\[cfg\(test\)\]/.test(before),
  },
];

/** Reports outside input that is parsed or converted without error handling. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes } = await scanCode(tree, { patterns: PATTERNS, syntax: SYNTAX });
  return reportHits(hits, notes);
}
