import { fenceData, plainText } from '../../findings/plain-text.ts';
import { hasSecret, redact } from '../../findings/redact.ts';
import { type Diagnostic, warn } from '../../system/result.ts';
import { cutLines, openFence, splitBrain, wordsIn } from './brain-text.ts';

/** The sections of a brain file, in order. */
export const SECTIONS = ['Current State', 'Decisions', 'Dependencies', 'Known Issues', 'Next Steps'] as const;
export type Section = (typeof SECTIONS)[number];

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
  sections: Record<Section, string[]>;
  /** Unknown second-level headings. */
  others: string[];
}

/** Text of a brain without entries. `name` is the result of `brainOf`. */
export function emptyBrain(name: string): string {
  return `# Brain: ${name}\n\n${SECTIONS.map((section) => `## ${section}\n`).join('\n')}`;
}

/** Parses a brain. Accepts any text; `checkBrain` reports its faults. */
export function parseBrain(text: string): Brain {
  const parts = splitBrain(text);
  const linesOf = (section: Section) => {
    const lines = parts.filter(({ heading }) => isSection(heading, section)).flatMap(({ lines }) => lines);
    return lines.filter((line) => line.trim() !== '');
  };
  const isKnown = (heading: string) => SECTIONS.some((section) => isSection(heading, section));
  const headings = parts.map(({ heading }) => heading).filter((heading) => heading !== '');
  return {
    title: /^#[ \t]+(.+)$/m.exec(parts[0]?.lines.join('\n') ?? '')?.[1]?.trim() ?? '',
    sections: Object.fromEntries(SECTIONS.map((section) => [section, linesOf(section)])) as Brain['sections'],
    others: headings.filter((heading) => !isKnown(heading)),
  };
}

function isSection(heading: string, section: Section): boolean {
  return heading.toLowerCase() === section.toLowerCase();
}

/**
 * Adds a line to a section as a bullet, unless the section has it already. Creates a missing section, and removes the oldest of more
 * than 40 lines. Everything else is unchanged, except line ends.
 */
export function addToSection(text: string, section: Section, line: string): string {
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
  const problems = SECTIONS.flatMap((section) => {
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
