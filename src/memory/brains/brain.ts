import { advanceFence, type Fence } from '../../findings/fences.ts';
import { fenceData, plainText } from '../../findings/plain-text.ts';
import { hasSecret, redact } from '../../findings/redact.ts';
import { type Diagnostic, warn } from '../../system/result.ts';

/** The sections of a brain file, in order. */
export const BRAIN_SECTIONS = [
  'Current State',
  'Decisions',
  'Dependencies',
  'Known Issues',
  'Next Steps',
] as const;
export type BrainSection = (typeof BRAIN_SECTIONS)[number];

/** Maximum number of words of a brain file, and of a brain in a prompt. */
export const MAX_BRAIN_WORDS = 2000;
/** Maximum number of lines that `addToSection` keeps in a section; it removes the oldest. */
const MAX_SECTION_BULLETS = 40;
const LINE_LENGTH = 400;

/** The notes of a role between one run and the next. */
export interface Brain {
  /** The first heading, without its marks. */
  title: string;
  /** The lines of each section, unchanged; empty if the section is missing. */
  sections: Record<BrainSection, string[]>;
  /** Unknown second-level headings. */
  others: string[];
}

/** Text of a brain without entries. `name` is the result of `brainOf`. */
export function emptyBrain(name: string): string {
  return `# Brain: ${name}\n\n${BRAIN_SECTIONS.map((section) => `## ${section}\n`).join('\n')}`;
}

/** Parses a brain. Accepts any text; `checkBrain` reports its faults. */
export function parseBrain(text: string): Brain {
  const parts = splitBrain(text);
  const linesOf = (section: BrainSection) => {
    const lines = parts.filter(({ heading }) => isSection(heading, section)).flatMap(({ lines }) => lines);
    return lines.filter((line) => line.trim() !== '');
  };
  const isKnown = (heading: string) => BRAIN_SECTIONS.some((section) => isSection(heading, section));
  const headings = parts.map(({ heading }) => heading).filter((heading) => heading !== '');
  return {
    title: /^#[ \t]+(.+)$/m.exec(parts[0]?.lines.join('\n') ?? '')?.[1]?.trim() ?? '',
    sections: Object.fromEntries(
      BRAIN_SECTIONS.map((section) => [section, linesOf(section)]),
    ) as Brain['sections'],
    others: headings.filter((heading) => !isKnown(heading)),
  };
}

function isSection(heading: string, section: BrainSection): boolean {
  return heading.toLowerCase() === section.toLowerCase();
}

/**
 * Adds a line to a section as a bullet, unless the section has it already. Creates a missing section, and removes the oldest of more
 * than 40 lines. Everything else is unchanged, except line ends.
 */
export function addToSection(text: string, section: BrainSection, line: string): string {
  const words = redact(plainText(line)).slice(0, LINE_LENGTH).trim();
  if (words === '') return text;
  const bullet = `- ${words}`;
  const parts = splitBrain(text);
  const own = parts.find(({ heading }) => isSection(heading, section));
  if (!own) return `${closeFence(text).replace(/\n*$/, '\n\n')}## ${section}\n\n${bullet}\n`;
  if (own.lines.some((known) => known.trim() === bullet)) return text;
  const lines = [...trimEnd(own.lines), bullet];
  const bullets = lines.filter(isBullet);
  const surplus = new Set(bullets.slice(0, Math.max(0, bullets.length - MAX_SECTION_BULLETS)));
  own.lines = ['', ...trimStart(lines.filter((known) => !surplus.has(known))), ''];
  return parts
    .flatMap(({ mark, lines: all }) => (mark === undefined ? all : [mark, ...all]))
    .join('\n')
    .replace(/\n*$/, '\n');
}

function closeFence(text: string): string {
  const marks = openFence(text);
  return marks === '' ? text : `${text.replace(/\n*$/, '\n')}${marks}\n`;
}

function isBullet(line: string): boolean {
  return /^[-*+] /.test(line);
}

function trimEnd(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

function trimStart(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first);
}

/** Returns a warning for each fault of a brain; `name` names the brain in the messages. */
export function checkBrain(text: string, name: string): Diagnostic[] {
  const headings = splitBrain(text).map(({ heading }) => heading);
  const problems = BRAIN_SECTIONS.flatMap((section) => {
    const count = headings.filter((heading) => isSection(heading, section)).length;
    if (count === 1) return [];
    const what = count === 0 ? 'is missing' : `occurs ${count} times`;
    const fix = count === 0 ? `add the heading "## ${section}"` : 'put their lines under one heading';
    return [
      warn('brain-section', `${name}: the section "${section}" ${what}`, {
        target: `${name}#${section}`,
        fix,
      }),
    ];
  });
  const words = wordsIn(text);
  if (words > MAX_BRAIN_WORDS) {
    const fix = 'shorten it: move settled points to Decisions and remove finished work';
    problems.push(
      warn('brain-too-long', `${name} has ${words} words, at most ${MAX_BRAIN_WORDS}`, { target: name, fix }),
    );
  }
  if (hasSecret(text)) {
    const fix = 'remove it, and change it where it was valid: it is in the history of the branch';
    problems.push(warn('brain-secret', `${name} holds a secret`, { target: name, fix }));
  }
  return problems;
}

/** Formats a brain for a prompt: quoted as data, without secrets, at most 2,000 words, with a line that states what was left out. */
export function forPrompt(text: string, name: string): string {
  return fenceData(name, redact(cutLines(text, MAX_BRAIN_WORDS)));
}

/** A second-level heading with the lines below it; the first part has the lines before the first heading. */
export interface Part {
  heading: string;
  /** The line of the heading; undefined for the first part. */
  mark?: string;
  lines: string[];
}

/** Splits a text at its second-level headings, except in code fences. */
export function splitBrain(text: string): Part[] {
  const parts: Part[] = [{ heading: '', lines: [] }];
  let fence: Fence | undefined;
  for (const line of linesOf(text)) {
    const heading = fence === undefined ? /^## +(.+?)(?: +#+)? *$/.exec(line)?.[1] : undefined;
    fence = advanceFence(fence, line);
    if (heading === undefined) parts.at(-1)?.lines.push(line);
    else parts.push({ heading, mark: line, lines: [] });
  }
  return parts;
}

/** The mark that closes the code fence that is open at the end of a text; empty if none is open. */
export function openFence(text: string): string {
  let fence: Fence | undefined;
  for (const line of linesOf(text)) fence = advanceFence(fence, line);
  return fence ? fence.mark.repeat(fence.length) : '';
}

function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n?|\n/);
}

export function wordsIn(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/** Maximum number of headings; a text with more is cut without regard to headings. */
const MAX_SECTIONS = 24;
/** Longer words count as several. */
const WORD_LENGTH = 12;

function costOf(line: string): number {
  return Math.max(wordsIn(line), Math.ceil(line.length / WORD_LENGTH));
}

/** Shortens a text to a number of words. Every section keeps its newest lines and states how many older lines were left out. */
export function cutLines(text: string, most: number): string {
  if (costOf(text) <= most) return text;
  const parts = splitBrain(text);
  if (parts.length > MAX_SECTIONS) return newest(text.split('\n'), most - 16).join('\n');
  const budgets = shareOut(
    parts.map(({ lines }) => sum(lines.map(costOf))),
    // Count headings and the lines that state what was left out.
    Math.max(0, most - parts.length * 16),
  );
  const cut = parts.flatMap(({ mark, lines }, index) => [
    ...(mark === undefined ? [] : [mark.slice(0, 100)]),
    ...newest(lines, budgets[index] ?? 0),
  ]);
  return cut.join('\n');
}

function newest(lines: readonly string[], budget: number): string[] {
  let left = budget;
  const from = lines.findLastIndex((line) => {
    left -= costOf(line);
    return left < 0;
  });
  return from < 0
    ? [...lines]
    : ['', `(${from + 1} older lines are left out here)`, ...lines.slice(from + 1)];
}

/** Divides `total` into equal parts, and the surplus of a part that needs less among the others. */
function shareOut(needs: readonly number[], total: number): number[] {
  const shares = needs.map(() => 0);
  let left = total;
  const order = [...needs.keys()].sort((a, b) => (needs[a] ?? 0) - (needs[b] ?? 0));
  for (const [done, index] of order.entries()) {
    const share = Math.min(needs[index] ?? 0, Math.floor(left / (order.length - done)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
