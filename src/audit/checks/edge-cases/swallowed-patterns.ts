import type { Masked } from '../../../source/mask.ts';
import type { PatternRule } from '../../rules/rule.ts';

const WHY =
  'The failure stays unnoticed; handle the error, rethrow it, or explain in a comment why it can be ignored.';

// A comment in the empty block explains it.
const isExplained: PatternRule['unless'] = (match, { before, file }) =>
  file.comments.slice(before.length, before.length + match[0].length).trim() !== '';

const CLEAN_UP =
  /^\s*(?:await\s+)?[\w.>$@:()-]*\b(?:close\w*|disconnect|unlink|remove|rm|rmtree|kill|terminate|stop|shutdown|cleanup|release|destroy|dispose|cancel|flush|logout|quit|delete)\s*\([^\n]*\)\s*;?\s*\}?\s*$/i;

// Nothing can be done about a clean-up that fails.
function isCleanUp(before: string): boolean {
  const lines = before.trimEnd().replace(/\}$/, '').trimEnd().split('\n');
  const opening = lines.at(-2) ?? '';
  return CLEAN_UP.test(lines.at(-1) ?? '') && /\btry\b\s*[:{]?\s*$/.test(opening.trimEnd());
}

/** Conversions that fail for a text that is no number, date or address; the zero value is the answer then. */
const CONVERSION =
  /\b(?:Integer|Float|Rational|BigDecimal|Date|Time|DateTime|URI|IPAddr|constantize|to_\w+|strptime|iso8601|const_get)\b/;

/** Exceptions of a question, such as whether a text is a number or a class exists; the answer is no. */
const EXPECTED_CLASS =
  /\bcatch\s*\(\s*(?:final\s+)?[\\\w.| ]*(?:NumberFormat|Reflection|ClassNotFound|NoSuch\w*|\w*NotFound|Parse\w*|(?:Invalid|Illegal)Argument|UnsupportedOperation|Annotation|Cancell?\w*|Timeout|EOF|Conflicted?|LockConflicted|AssertionFailed|URISyntax|MalformedURL|UnknownHost|Format|Overflow)(?:Exception|Error)\b/;

// PHP keeps the variable: `catch (\Exception $e) {} if (isset($e)) …`.
function isUsedAfter(match: RegExpMatchArray, { before, file }: { before: string; file: Masked }): boolean {
  const name = /\$\w+/.exec(match[0])?.[0];
  const after = file.code.slice(before.length + match[0].length, before.length + match[0].length + 300);
  return name !== undefined && after.includes(name);
}

const EXPECTED_NAME = /\b(?:ignored?|expected|unused|_)\s*\)/i;

export const SWALLOWED_PATTERNS: readonly PatternRule[] = [
  {
    id: 'empty-catch',
    severity: 'major',
    what: 'any exception is ignored',
    why: WHY,
    languages: ['python'],
    pattern:
      /\bexcept(?:\s+(?:Base)?Exception(?:\s+as\s+\w+)?)?\s*:[^\S\n]*(?:\n\s*)?(?:pass|\.\.\.|continue)[^\S\n]*(?=\n|$)/g,
    unless: (match, around) => Boolean(isExplained(match, around)) || isCleanUp(around.before),
  },
  {
    id: 'bare-except',
    severity: 'minor',
    what: 'except without a class',
    why: 'It also catches Ctrl-C and sys.exit; write `except Exception`, or name the expected class.',
    languages: ['python'],
    pattern: /\bexcept\s*:(?!\s*(?:pass|\.\.\.|continue)\b)(?![\s\S]{0,400}?\braise\b)/g,
    unless: isExplained,
  },
  {
    id: 'empty-catch',
    severity: 'major',
    what: 'an exception is caught and dropped',
    why: WHY,
    languages: ['java', 'kotlin', 'csharp', 'php', 'cpp', 'scala', 'dart', 'swift'],
    pattern: /\bcatch\s*(?:\([^)\n]*\)\s*)?\{\s*\}/g,
    unless: (match, around) =>
      EXPECTED_NAME.test(match[0]) ||
      EXPECTED_CLASS.test(match[0]) ||
      Boolean(isExplained(match, around)) ||
      isCleanUp(around.before) ||
      isUsedAfter(match, around),
  },
  {
    id: 'printed-exception',
    severity: 'minor',
    what: 'an exception is only printed',
    why: 'The exception reaches no log and no caller; log it with its context, or rethrow it.',
    languages: ['java', 'kotlin', 'scala'],
    // In a catch that does nothing else; a method for exceptions of others is one, too.
    pattern:
      /(?:\bcatch\s*\([^)\n]*\)|\w+\s*\([^()\n]*\b(?:Throwable|\w*Exception)\s+\w+\)[^{;\n]*)\s*\{\s*\w+\.printStackTrace\(\s*\)\s*;?\s*\}/g,
  },
  {
    id: 'empty-error-branch',
    severity: 'major',
    what: 'err is checked and ignored',
    why: WHY,
    languages: ['go'],
    pattern: /\bif\s+(?:[^{\n]*;\s*)?err\s*!=\s*nil\s*\{\s*\}/g,
    unless: isExplained,
  },
  {
    id: 'ignored-error',
    severity: 'minor',
    what: 'the error of a call is assigned to _',
    why: 'The code uses the value even if the call failed; check the error, or explain why it cannot occur.',
    languages: ['go'],
    pattern:
      /\b\w+\s*,\s*_\s*:?=\s*(?:os\.(?:Open|Create|ReadFile|Stat|ReadDir)|io\.(?:ReadAll|Copy)|ioutil\.\w+|json\.Marshal\w*|http\.(?:Get|Post)|sql\.Open|\w*[dD][bB]\.(?:Exec|Query)\w*|net\.Dial\w*|exec\.\w+)\(/g,
    unless: (_match, { line }) => /\/\//.test(line),
  },
  {
    id: 'empty-catch',
    severity: 'major',
    what: 'an exception is rescued and dropped',
    why: WHY,
    languages: ['ruby'],
    pattern: /\brescue(?:[ \t]+(?:StandardError|Exception))?(?:[ \t]*=>[ \t]*\w+)?[ \t]*\n\s*end\b/g,
    unless: isExplained,
  },
  {
    id: 'empty-catch',
    severity: 'minor',
    what: 'every exception becomes nil',
    why: WHY,
    languages: ['ruby'],
    pattern:
      /\brescue(?:[ \t]+(?:StandardError|Exception))?(?:[ \t]*=>[ \t]*\w+)?[ \t]*\n\s*nil\s*\n\s*end\b/g,
    unless: isExplained,
  },
  {
    id: 'rescue-nil',
    severity: 'minor',
    what: 'rescue nil',
    why: 'Every error becomes nil, even a misspelt name; rescue the expected class.',
    languages: ['ruby'],
    pattern: /\S[ \t]+rescue[ \t]+nil\b/g,
    // Nothing can be done about a failed clean-up.
    unless: (_match, { line }) =>
      CONVERSION.test(line) ||
      /\b(?:close|disconnect|delete|unlink|rm|rm_f|kill|reopen|stop|shutdown)\b/.test(line),
  },
  {
    id: 'rescue-exception',
    severity: 'minor',
    what: 'rescue Exception',
    why: '`rescue Exception` also catches signals and exit; rescue StandardError.',
    languages: ['ruby'],
    pattern: /\brescue[ \t]+Exception\b(?![\s\S]{0,300}?\braise\b)/g,
  },
];
