import type { Language } from '../../../source/languages.ts';
import { isInLoop } from '../../../source/spans.ts';
import type { PatternRule } from '../../rules/rule.ts';

type Shape = Pick<PatternRule, 'id' | 'severity' | 'what' | 'why'>;

// One rule in several languages; it matches only in the body of a loop.
function inLoop(shape: Shape, patterns: Partial<Record<Language, RegExp>>): PatternRule[] {
  return Object.entries(patterns).map(([name, pattern]) => {
    const language = name as Language;
    return {
      ...shape,
      languages: [language],
      pattern,
      unless: (_match, { before, file }) => !isInLoop(file, language, before.length),
    };
  });
}

const JVM_QUERY = /\b\w*(?:[rR]epository|[dD]ao|entityManager|jdbcTemplate)\.(?:find|get|query|load)\w*\(/g;

export const LOOP_PATTERNS: readonly PatternRule[] = [
  ...inLoop(
    {
      id: 'query-in-loop',
      severity: 'major',
      what: 'a query for each item of a list',
      why: 'A list of 1,000 items causes 1,000 round trips; query once for all keys (IN, a join, eager loading).',
    },
    {
      python:
        /\.objects\.(?:get|filter|exclude|count|first)\(|\bsession\.(?:query|scalars?|get)\(|\b(?:cursor|cur)\.fetch(?:one|all)\(/g,
      ruby: /\b[A-Z]\w+\.(?:find|find_by!?|where|find_or_create_by!?)[\s(]/g,
      php: /(?:->(?:query|fetchOne|findOneBy|findBy)|\b[A-Z]\w*::(?:find|findOrFail|where|firstWhere)|\bmysqli_query)\(/g,
      go: /\b(?:db|tx|conn|pool|store\.db)\.(?:Query|QueryRow|QueryContext|QueryRowContext|Get|Select|First)\(/g,
      java: JVM_QUERY,
      kotlin: JVM_QUERY,
      csharp:
        /\b_?(?:db|context|dbContext)\.\w+\.(?:Find|First|Single|FirstOrDefault|SingleOrDefault)(?:Async)?\(/gi,
    },
  ),
  ...inLoop(
    {
      id: 'concat-in-loop',
      severity: 'minor',
      what: 'a string is extended by += in a loop',
      why: 'Each step copies the whole string; use a StringBuilder (strings.Builder, join).',
    },
    {
      java: /\b\w+\s*\+=\s*(?:"|String\.valueOf|String\.format)/g,
      csharp: /\b\w+\s*\+=\s*(?:\$?@?"|string\.Format)/g,
      go: /\b\w+\s*\+=\s*(?:"|fmt\.Sprint)/g,
      kotlin: /\b\w+\s*\+=\s*"/g,
    },
  ),
  ...inLoop(
    {
      id: 'defer-in-loop',
      severity: 'minor',
      what: 'defer in a loop',
      why: 'Deferred calls run when the function returns, so files and locks stay open; move the loop body into a function.',
    },
    // A function literal between the loop and the defer runs the deferred call in each round.
    { go: /(?<!\bfunc\([^)\n]*\)[^{\n]*\{[^}]{0,300})\bdefer\s+\w/g },
  ),
  ...inLoop(
    {
      id: 'compile-in-loop',
      severity: 'minor',
      what: 'a regular expression is compiled in a loop',
      why: 'Compiling costs more than matching; compile the expression once before the loop.',
    },
    {
      go: /\bregexp\.(?:Must)?Compile\(/g,
      java: /\bPattern\.compile\(/g,
      kotlin: /\bPattern\.compile\(|(?<![\w.])Regex\("/g,
      rust: /\bRegex::new\(/g,
      csharp: /\bnew\s+Regex\(/g,
    },
  ),
];
