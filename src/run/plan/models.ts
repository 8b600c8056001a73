import type { Model } from '../ledger/manifest.ts';

interface Rule {
  model: Model;
  reason: string;
  words: RegExp;
}

// The first match counts, so tasks that need judgement come before tasks that need reading.
const RULES: readonly Rule[] = [
  {
    model: 'opus',
    reason: 'writes code',
    words:
      /\b(implement|refactor|rewrite|fix|patch|migrate|write (the |a |some )?(code|function|module|class|script|endpoint)s?)\b/i,
  },
  {
    model: 'opus',
    reason: 'security',
    words:
      /\b(security|vulnerab\w*|injection|exploit\w*|secrets?|auth(entication|orization|n|z)?|crypto\w*|xss|csrf|ssrf|threat\w*|privilege\w*|sandbox\w*)\b/i,
  },
  {
    model: 'opus',
    reason: 'decides',
    words: /\b(architect\w*|design|decide|decision\w*|choose|recommend|trade-?offs?|strategy|plan)\b/i,
  },
  {
    model: 'sonnet',
    reason: 'analyses',
    words:
      /\b(analy[sz]\w*|review|audit|assess|evaluat\w*|compar\w*|investigat\w*|diagnos\w*|explain|summari[sz]\w*|synthesi[sz]\w*|trace|test\w*|performance|race\w*|leak\w*|quality|why)\b/i,
  },
  {
    model: 'haiku',
    reason: 'reads',
    words:
      /\b(list|find|search|grep|look ?up|locate|count|check|scan|extract|collect|read|exists?|format\w*|inventory|enumerate)\b/i,
  },
];

const CHAIN = /\b(then|after that|followed by|and for each|across all|cross-check|step by step)\b/i;

/** The model that a task asks for, and why. Reading: haiku; analysing or a chain of tools: sonnet; deciding, security, code: opus. */
export function chooseModel(task: string, tools: readonly string[] = []): { model: Model; reason: string } {
  const rule = RULES.find(({ words }) => words.test(task));
  if (!rule) return { model: 'sonnet', reason: 'no clear kind of work: sonnet is the middle' };
  const word = rule.words.exec(task)?.[0] ?? '';
  if (rule.model === 'haiku' && (CHAIN.test(task) || tools.length > 3)) {
    return { model: 'sonnet', reason: `reads with a chain of tools ("${word}")` };
  }
  return { model: rule.model, reason: `${rule.reason} ("${word}")` };
}
