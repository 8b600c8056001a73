import type { PatternRule } from '../../rules/rule.ts';

const FLOAT_WHY = 'A computed 0.3 can be 0.30000000000000004; compare the difference with a tolerance.';

export const PITFALL_PATTERNS: readonly PatternRule[] = [
  {
    id: 'float-equality',
    severity: 'minor',
    what: 'a decimal fraction is compared exactly',
    why: FLOAT_WHY,
    languages: ['python', 'go', 'java', 'kotlin', 'c', 'cpp', 'csharp', 'rust', 'ruby', 'php', 'swift'],
    // Halves and quarters are exact, so a comparison with one is often intended.
    pattern: /(?<![<>=!])[!=]==?\s*-?\d+\.(?!0*[^\d]|(?:25|5|75|125|375|625|875)0*[^\d])\d+/g,
  },
  {
    id: 'mutable-default',
    severity: 'minor',
    what: 'a list or dict as the default of a parameter',
    why: 'All calls share one object and see each other’s changes; use None and create the object in the function.',
    languages: ['python'],
    pattern:
      /\bdef\s+\w+\((?:[^()]|\([^()]*\))*?(?<!\w)(?!_)\w+\s*(?::\s*[^,()=]+)?=\s*(?:\[\s*\]|\{\s*\}|set\(\)|list\(\)|dict\(\))/g,
  },
  {
    id: 'literal-identity',
    severity: 'major',
    what: 'a text or number is compared with `is`',
    why: '`is` compares object identity, which depends on the interpreter; use ==.',
    languages: ['python'],
    tests: 'scan',
    pattern: /\bis\s+(?:not\s+)?(?:["']|-?\d)/g,
  },
  {
    id: 'assert-tuple',
    severity: 'major',
    what: 'assert of a tuple of condition and message',
    why: 'A tuple is always true, so the assert never fails; remove the brackets.',
    languages: ['python'],
    tests: 'scan',
    pattern:
      /(?<=^|\n)\s*assert\s*\((?:[^()\n]|\([^()\n]*\))*,\s*f?["'](?:[^()\n]|\([^()\n]*\))*\)[^\S\n]*(?=\n|$)/g,
  },
  {
    id: 'text-identity',
    severity: 'major',
    what: 'strings are compared with ==',
    why: '`==` compares object identity; use equals.',
    languages: ['java'],
    tests: 'scan',
    pattern: /[\w)\]]\s*[!=]=\s*"|"\s*[!=]=\s*\w/g,
  },
  {
    id: 'inexact-decimal',
    severity: 'minor',
    what: 'new BigDecimal of a fraction',
    why: 'The result contains the rounding error of the double; pass a string, or use BigDecimal.valueOf.',
    languages: ['java', 'kotlin'],
    pattern: /\bBigDecimal\(\s*\d+\.\d+\s*\)/g,
  },
  {
    id: 'shared-date-format',
    severity: 'minor',
    what: 'a static SimpleDateFormat',
    why: 'It is not thread-safe and returns wrong dates under concurrent use; use DateTimeFormatter.',
    languages: ['java', 'kotlin'],
    pattern: /\bstatic\s+(?:final\s+)?(?:SimpleDateFormat|DateFormat)\s+\w+\s*=/g,
  },
  {
    id: 'position-as-condition',
    severity: 'major',
    what: 'strpos is used as a boolean',
    why: 'Position 0 counts as false; compare with === false, or use str_contains.',
    languages: ['php'],
    tests: 'scan',
    pattern:
      /\bif\s*\(\s*!?\s*(?:str|mb_str|stri)i?pos\((?:[^()]|\([^()]*\))*\)\s*(?:\)|&&|\|\|)|\b(?:mb_)?stri?pos\((?:[^()]|\([^()]*\))*\)\s*[!=]=\s*(?:false|true)\b/g,
  },
  {
    id: 'assigned-condition',
    severity: 'major',
    what: 'if with an assignment',
    why: 'The condition changes the variable; write ==, or double brackets if the assignment is intended.',
    languages: ['c', 'cpp'],
    pattern: /\bif\s*\(\s*[a-z_]\w*(?:->\w+|\.\w+)*\s*=(?!=)\s*(?:-?\d+|NULL|nullptr|true|false)\s*\)/gi,
  },
  {
    id: 'async-void',
    severity: 'minor',
    what: 'async void',
    why: 'Callers cannot await it, and an exception in it ends the process; return Task.',
    languages: ['csharp'],
    pattern: /\basync\s+void\s+\w+\s*\((?![^)]*\bEventArgs\b)/g,
    unless: (_match, { line }) => /\boverride\b|EventArgs|_(?:Click|Load|Changed)\b/.test(line),
  },
  {
    id: 'open-removal',
    severity: 'major',
    what: 'rm -r of a variable and a slash',
    why: 'If the variable is empty, the command deletes from the root; append :? to its name so that the shell stops.',
    languages: ['shell', 'docker'],
    view: 'text',
    pattern: /\brm\s+(?:-\w+\s+)*-\w*[rR]\w*\s+(?:-\w+\s+)*"?\$(?:\w+|\{\w+\})"?\/(?:\*|["\s]|$)/gm,
  },
  {
    id: 'unchecked-cd',
    severity: 'minor',
    what: 'cd without error handling',
    why: 'If cd fails, the following commands run in the wrong folder; add `|| exit`, or `set -e` at the top.',
    languages: ['shell'],
    pattern: /(?<=^|\n)[^\S\n]*cd\s+[^\n;&|]+(?=\n|$)/g,
    // The wrong folder matters only for a command that deletes.
    unless: (_match, { file }) => /\bset\s+-\w*e|errexit/.test(file.code) || !/\brm\s+-\w*r/.test(file.code),
  },
];
