import { type FindingCounts, SEVERITIES, type Severity } from './finding.ts';

// Of a four-step scale, `high` is major and `medium` is minor, so that `--fail-on major` fails only on serious findings.
// Words that also start ordinary sentences count only in brackets or bold.
const RATINGS: Record<string, Severity> = {
  critical: 'critical',
  crit: 'critical',
  blocker: 'critical',
  fatal: 'critical',
  p0: 'critical',
  major: 'major',
  high: 'major',
  serious: 'major',
  severe: 'major',
  important: 'major',
  error: 'major',
  p1: 'major',
  minor: 'minor',
  medium: 'minor',
  moderate: 'minor',
  low: 'minor',
  info: 'minor',
  informational: 'minor',
  note: 'minor',
  nit: 'minor',
  trivial: 'minor',
  suggestion: 'minor',
  warning: 'minor',
  warn: 'minor',
  p2: 'minor',
  p3: 'minor',
};
const UNMISTAKABLE = ['critical', 'blocker', 'major', 'high', 'minor', 'medium', 'moderate', 'low'];
const INNER = new RegExp(
  [
    `\\[(${UNMISTAKABLE.join('|')})\\](?![\\w([])`,
    `\\((?:severity: ?)?(${UNMISTAKABLE.join('|')})(?: severity)?\\)(?=[*_]{0,3}:|[*_]{0,3}$)`,
  ]
    .map((form) => `(?<![\\w\\])\`])${form}`)
    .join('|'),
  'i',
);

export interface Rated {
  severity: Severity | undefined;
  rest: string;
}

/** Returns the severity of a word or a short phrase such as `Severity: high` or `high/security`. */
export function readRating(phrase: string): Severity | undefined {
  if (phrase.length > 60) return undefined;
  for (const part of phrase.toLowerCase().split(/[,/|:;]| [—–-] /)) {
    const word = part.replace(/[^\p{L}\p{N} ]|\b(?:severity|priority|risk|impact)\b/gu, '').trim();
    if (Object.hasOwn(RATINGS, word)) return RATINGS[word];
  }
  return undefined;
}

/** Splits the rating from the head of a bullet: `[major]`, `**[MAJOR]**`, `Major:`, `**High** —`, with an emoji before it. */
export function splitRating(text: string): Rated {
  const head = text.replace(/^(?:\p{Extended_Pictographic}|\ufe0f|\s)+/u, '');
  return (
    splitBracketedRating(head) ??
    splitLabelledRating(head) ??
    splitBareRating(head) ?? { severity: undefined, rest: text }
  );
}

/** Splits a rating from the inside of a title: `SEC-1: [major] …`, `… (High)`. Only unambiguous words count. */
export function splitInnerRating(title: string): Rated {
  const match = INNER.exec(title);
  const severity = match && readRating(match[0]);
  if (!severity) return { severity: undefined, rest: title };
  const before = title.slice(0, match.index).trimEnd();
  const after = title.slice(match.index + match[0].length).trimStart();
  return { severity, rest: `${before}${/^[:*]/.test(after) ? '' : ' '}${after}` };
}

function splitBracketedRating(head: string): Rated | undefined {
  const match =
    /^[*_`~]{0,6}[[(]([^[\]()]{1,40})[\])][*_`~]{0,6}(?!\()(?::|\s(?::|[—–-]{1,2})(?=\s))?[*_`~]{0,6}/.exec(
      head,
    );
  const severity = match && readRating(match[1] ?? '');
  if (!severity) return undefined;
  return { severity, rest: head.slice(match[0].length) };
}

// `Severity: high — title`; without a title it is no rating.
function splitLabelledRating(head: string): Rated | undefined {
  const match =
    /^[*_]{0,3}severity[*_]{0,3}:[*_]{0,3} ?[*_`[]{0,3}([A-Za-z]{3,13})[*_`\]]{0,3}(?: [—–-]{1,2} |[.,;:] )(?=\S)/i.exec(
      head,
    );
  const severity = match && readRating(match[1] ?? '');
  return severity ? { severity, rest: head.slice(match[0].length) } : undefined;
}

function splitBareRating(head: string): Rated | undefined {
  const match =
    /^([*_`~]{0,4})([A-Za-z][A-Za-z0-9]{1,12})(?: (?:severity|priority))?([*_`~]{0,4})(\s?:|\s[—–-]{1,2}(?=\s))?[*_`~]{0,4}/.exec(
      head,
    );
  if (!match) return undefined;
  const [whole, open, word = '', close, separator] = match;
  const isMarked = open !== '' && close !== '';
  const isSaid = separator !== undefined && (open !== '' || UNMISTAKABLE.includes(word.toLowerCase()));
  const severity = isMarked || isSaid ? readRating(word) : undefined;
  return severity && { severity, rest: head.slice(whole.length) };
}

/** Formats counts as `2 critical, 5 major, 0 minor`; zeros are printed. */
export function formatCounts(counts: FindingCounts): string {
  return SEVERITIES.map((severity) => `${counts[severity]} ${severity}`).join(', ');
}
