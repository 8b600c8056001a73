import { type Head, readHead } from './bullet-head.ts';
import { type Bullet, collectBullets, LABEL } from './bullets.ts';
import type { Finding } from './finding.ts';
import { readLines } from './markdown-lines.ts';
import { findPlace, readPlace } from './place.ts';
import { plainText } from './plain-text.ts';
import { findSections, isFindingsTitle } from './sections.ts';
import { readRating } from './severity-words.ts';

const LEADING_MARKS = /^ ?(?:[—–:-]{1,2} )+/;
const NOTHING = new RegExp(
  [
    '^(?:none|n/a|nil|nothing|no (?:(?:new|further|other|major|critical|minor|security|relevant|significant) ){0,2}',
    '(?:findings?|issues?|problems?|vulnerabilit(?:y|ies)|defects?|bugs?|concerns?))',
    '(?: (?:were |was )?(?:found|identified|detected|observed|to report))?',
    '(?: (?:in|for|within) (?:this|the|my|any)(?: [a-z]+){1,3})?$',
  ].join(''),
);

/** What is bad where it is found, so that "no X found" says that all is well; "no rate limit found" is a finding. */
const BAD_THINGS = [
  '(?:hardcoded |hard-coded |leaked |committed |plaintext )?(?:secrets?|credentials?|passwords?|tokens?|api keys?|private keys?)',
  '(?:sql |command |code |shell |template |header )?injections?(?: vectors?| points?)?',
  '(?:memory |resource |data |information )?leaks?',
  '(?:race conditions?|deadlocks?|dead code|duplicates?|duplicated code|cves?|xss|csrf|ssrf|violations?|regressions?|errors?|typos?|anomalies|weaknesses|malware|backdoors?|unsafe calls?|circular dependencies|infinite loops?)',
].join('|');
const ALL_WELL = new RegExp(
  `^no (?:(?:new|further|other|obvious|known|real|such|possible|potential|apparent) ){0,2}(?:${BAD_THINGS})(?:(?:,| or|,? and) (?:${BAD_THINGS})){0,4} (?:(?:was|were|are|is) )?(?:found|identified|detected|observed|present|discovered|seen)(?: (?:in|for|within|at|on) .{1,100})?$`,
);

/**
 * Reads the findings of a worker's output: bullets under `## Findings` (or headings that `isTitle` accepts), `- [severity] title — path:line — detail`. Never
 * throws and takes linear time; a bullet of another form becomes a minor finding with its text as the title.
 */
export function parseFindings(text: string, isTitle = isFindingsTitle): Finding[] {
  return findSections(readLines(text), isTitle)
    .flatMap(collectBullets)
    .map(readFinding)
    .filter((finding) => finding !== undefined);
}

/** Returns whether the output has a findings section; an output without one differs from one without findings. */
export function hasFindingsSection(text: string): boolean {
  return findSections(readLines(text), isFindingsTitle).length > 0;
}

/** Returns whether a line of a findings section means that there are none: `None.`, `- No major issues found`. */
export function isNoFindingLine(line: string): boolean {
  return isNothing(cleanTitle(plainText(line).replace(/^[-*+] /, '')));
}

/** Reads the finding of a bullet; undefined if the bullet means that there are none. */
export function readFinding(bullet: Bullet): Finding | undefined {
  const line = plainText(bullet.head).replace(/^\[[ xX]?\] /, '');
  if (isTemplateEcho(line)) return undefined;
  const alone = readHead(line);
  // If the rating is alone on its line, the title is on the next line.
  const isAlone = !hasWords(alone.title) && bullet.body.length > 0;
  const start = isAlone ? readHead(`${line} ${plainText(bullet.body[0] ?? '')}`) : alone;
  const { head, body } = applyLabels(start, isAlone ? bullet.body.slice(1) : bullet.body);
  const title = cleanTitle(head.title);
  if (!hasWords(title) || (isNothing(title) && !head.place)) return undefined;
  const detail = withoutMarks([head.detail, ...body].filter(Boolean).join(' ')).replace(LEADING_MARKS, '');
  const place = head.place ?? findPlace(`${head.title} ${detail}`);
  const severity = head.severity ?? bullet.groupSeverity ?? 'minor';
  return { severity, title, ...place, ...(detail === '' ? {} : { detail }) };
}

// Nested `File: src/a.ts:12` and `Severity: high` supply what the first line lacks; other lines are detail.
function applyLabels(start: Head, lines: readonly string[]): { head: Head; body: string[] } {
  const head = { ...start };
  const body: string[] = [];
  for (const raw of lines) {
    const line = plainText(raw);
    const [, label = '', value = ''] = LABEL.exec(line) ?? [];
    const isSeverity = label.toLowerCase() === 'severity';
    const severity = isSeverity && !head.severity ? readRating(value) : undefined;
    const place = label && !isSeverity && !head.place ? readPlace(value) : undefined;
    if (severity) head.severity = severity;
    else if (place) head.place = place;
    else body.push(line);
  }
  return { head, body };
}

// A dash or a colon at an end is a leftover of a removed part.
function cleanTitle(title: string): string {
  return withoutMarks(title.replaceAll('`', ''))
    .replace(LEADING_MARKS, '')
    .replace(/(?<![ —–])(?: -{0,2}|[—–]){1,40}$/, '')
    .trim();
}

function hasWords(title: string): boolean {
  return /[\p{L}\p{N}]/u.test(title);
}

// A worker that copies the template line reports no finding.
function isTemplateEcho(line: string): boolean {
  return /^[*`]{0,3}\[critical ?\| ?major ?\| ?minor\]/i.test(line);
}

function isNothing(title: string): boolean {
  const words = title
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z/' ]/g, '')
    .trim();
  return NOTHING.test(words) || ALL_WELL.test(plainWords(title));
}

const plainWords = (title: string) =>
  title
    .slice(0, 200)
    .toLowerCase()
    .replace(/[.!]+$/, '')
    .trim();

// `**` is decoration, except in a glob (`src/**`, `**/*.ts`); a single `*` or `_` may be code.
function withoutMarks(text: string): string {
  return text
    .replace(/(?<!\/)\*\*(?!\/\*)/g, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}
