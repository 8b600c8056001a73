import { lineFinder } from '../../source/lines.ts';
import type { Masked } from '../../source/mask.ts';
import type { CodeFile } from '../../source/select.ts';
import type { Hit } from '../check/report.ts';
import { Evaluator } from '../flow/evaluate.ts';
import { CONSTANT, isLevelAtLeast, type Level, type Value, worse } from '../flow/value.ts';
import type { FlowRule } from './flow-rule.ts';
import { hitOf } from './hit.ts';

/** Words before a call; any other word there makes it a declaration, such as `int system(`. */
const OPERATORS =
  /^(?:return|throw|new|else|in|await|yield|and|or|not|print|echo|case|do|if|unless|while|until|elsif|elif|when|then|puts|raise|assert|go|defer|is|xor|from|include|require|lambda|try|async|with|for|match|begin|ensure|rescue|end|php|global|default|do|catch|finally|static|const|let|var|mut|unsafe|export|declare)$/;

/** Returns the hits of flow rules in one file. */
export function matchFlow(file: CodeFile, rules: readonly FlowRule[], masked: Masked): Hit[] {
  const evaluator = Evaluator.open(file.text, masked, file.language);
  if (!evaluator) return [];
  const lineOf = lineFinder(file.text);
  return rules.flatMap((rule) =>
    [...masked.code.matchAll(rule.call)].flatMap((match): Hit[] => {
      if (isDeclaration(masked.code, match)) return [];
      const level = judgeLevel(rule, match, evaluator, file.text);
      if (level === undefined || level === 'constant') return [];
      if (level !== 'request' && rule.isIntended?.(file) === true) return [];
      return [{ ...hitOf(rule, file.path, lineOf(startOf(match))), level }];
    }),
  );
}

function startOf(match: RegExpExecArray): number {
  return match.index + (match[0].length - match[0].trimStart().length);
}

function isDeclaration(code: string, match: RegExpExecArray): boolean {
  return /^\\?\w/.test(match[0]) && isDeclaredAfter(code.slice(Math.max(0, match.index - 80), match.index));
}

/** Returns whether the text before a name and its bracket makes it a declaration, such as `int `, `function ` or `def `. */
export function isDeclaredAfter(before: string): boolean {
  const [, word] = /([A-Za-z_]\w*)[ \t]*(?:[&*]+[ \t]*|[ \t])[&*]*$/.exec(before) ?? [];
  return word !== undefined && !OPERATORS.test(word);
}

// Returns the level of the most dangerous value that the rule reports; undefined if there is none.
function judgeLevel(
  rule: FlowRule,
  match: RegExpExecArray,
  evaluator: Evaluator,
  source: string,
): Level | undefined {
  const { argument = 0, purpose, needs, when } = rule;
  const end = match.index + match[0].length;
  const { reader, language } = evaluator;
  const isStatement = argument === 'statement' || argument === 'first';
  // Blank space can be a heredoc.
  const start = match.index + match[0].trimEnd().length;
  const close = isStatement ? reader.expressionEnd(start, language.byLine) : reader.closingOf(end - 1);
  const spans = isStatement
    ? [{ start, end: argument === 'first' ? reader.firstComma(start, close) : close }]
    : reader.argumentsAt(end - 1).filter((_, i) => argument === 'any' || i === argument);
  const call = source.slice(match.index, close);
  return spans
    .map((span): Value => (span ? evaluator.evaluate(span.start, span.end, purpose) : CONSTANT))
    .filter((value) => isLevelAtLeast(value.level, needs) && (when?.(value, call) ?? true))
    .map(({ level }) => level)
    .reduce<Level | undefined>(
      (worst, level) => (worst === undefined ? level : worse(worst, level)),
      undefined,
    );
}
