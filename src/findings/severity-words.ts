import { type FindingCounts, SEVERITIES, type Severity } from './finding.ts';

// Four-step scales meet our three: `high` is major and `medium` minor, so that a bound of `major` fails only on what
// a worker called bad. Words that also start ordinary sentences count in brackets or bold alone.
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

/** The severity that a word or a short phrase like `Severity: high` or `high/security` means. */
export function readRating(phrase: string): Severity | undefined {
  if (phrase.length > 60) return undefined;
  for (const part of phrase.toLowerCase().split(/[,/|:;]| [—–-] /)) {
    const word = part.replace(/[^\p{L}\p{N} ]|\b(?:severity|priority|risk|impact)\b/gu, '').trim();
    if (Object.hasOwn(RATINGS, word)) return RATINGS[word];
  }
  return undefined;
}

/** Takes the rating off the head of a bullet: `[major]`, `**[MAJOR]**`, `Major:`, `**High** —`, with an emoji before it. */
export function takeRating(text: string): Rated {
  const head = text.replace(/^(?:\p{Extended_Pictographic}|\ufe0f|\s)+/u, '');
  return takeBracketed(head) ?? takeLabelled(head) ?? takeBare(head) ?? { severity: undefined, rest: text };
}

/** Takes a rating out of a title: `SEC-1: [major] …`, `… (High)`. Words that nobody writes in brackets by chance only. */
export function takeInnerRating(title: string): Rated {
  const match = INNER.exec(title);
  const severity = match && readRating(match[0]);
  if (!severity) return { severity: undefined, rest: title };
  const before = title.slice(0, match.index).trimEnd();
  const after = title.slice(match.index + match[0].length).trimStart();
  return { severity, rest: `${before}${/^[:*]/.test(after) ? '' : ' '}${after}` };
}

function takeBracketed(head: string): Rated | undefined {
  const match =
    /^[*_`~]{0,6}[[(]([^[\]()]{1,40})[\])][*_`~]{0,6}(?!\()(?::|\s(?::|[—–-]{1,2})(?=\s))?[*_`~]{0,6}/.exec(
      head,
    );
  const severity = match && readRating(match[1] ?? '');
  if (!severity) return undefined;
  return { severity, rest: head.slice(match[0].length) };
}

// `Severity: high — title`; alone it rates nothing.
function takeLabelled(head: string): Rated | undefined {
  const match =
    /^[*_]{0,3}severity[*_]{0,3}:[*_]{0,3} ?[*_`[]{0,3}([A-Za-z]{3,13})[*_`\]]{0,3}(?: [—–-]{1,2} |[.,;:] )(?=\S)/i.exec(
      head,
    );
  const severity = match && readRating(match[1] ?? '');
  return severity ? { severity, rest: head.slice(match[0].length) } : undefined;
}

function takeBare(head: string): Rated | undefined {
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

/** `2 critical, 5 major, 11 minor`: the zeros too, so that a reader sees that they were counted. */
export function sayCounts(counts: FindingCounts): string {
  return SEVERITIES.map((severity) => `${counts[severity]} ${severity}`).join(', ');
}
