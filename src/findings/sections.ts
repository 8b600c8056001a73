import type { MarkdownLine } from './markdown-lines.ts';

/** Returns the lines under each matching heading, up to the next heading of the same or a higher level. */
export function findSections(
  lines: readonly MarkdownLine[],
  matches: (title: string) => boolean,
): MarkdownLine[][] {
  const sections: MarkdownLine[][] = [];
  let level = 0;
  for (const line of lines) {
    const ends = line.kind === 'heading' && (level === 0 || line.level <= level);
    if (ends) {
      level = matches(line.text) ? line.level : 0;
      if (level > 0) sections.push([]);
    } else if (level > 0) {
      sections.at(-1)?.push(line);
    }
  }
  return sections;
}

/** Matches `Findings`, also with a count, a colon, a number, decoration or an adjective. */
export function isFindingsTitle(title: string): boolean {
  return /^(?:(?:key|main|all|detailed) )?findings?(?: ?[:([—–-].*)?$/.test(bareTitle(title));
}

/** Matches `Summary` and its common synonyms. */
export function isSummaryTitle(title: string): boolean {
  return /^(?:(?:executive|domain) )?(?:summary|overview|tl;dr)(?: ?[:([—–-].*)?$/.test(bareTitle(title));
}

/** Matches `Not checked`, the section of what a worker could not examine. */
export function isUncheckedTitle(title: string): boolean {
  return /^(?:not|un)[ -]?checked(?: ?[:([—–-].*)?$/.test(bareTitle(title));
}

/** Matches `Suppressed`, the section of findings that marks in the code suppress. */
export function isSuppressedTitle(title: string): boolean {
  return bareTitle(title) === 'suppressed';
}

/** Matches `Rejected`, the section of findings of programs that an agent holds to be wrong. */
export function isRejectedTitle(title: string): boolean {
  return /^rejected(?: findings)?$/.test(bareTitle(title));
}

/** Matches `Numbers`, the section of statistics without a judgement. */
export function isNumbersTitle(title: string): boolean {
  return bareTitle(title) === 'numbers';
}

function bareTitle(title: string): string {
  return title
    .slice(0, 200)
    .replace(/[*_`~]|\p{Extended_Pictographic}|\ufe0f/gu, '')
    .replace(/^\s*\d+(?:\.\d+)*[.)]?\s+/, '')
    .trim()
    .toLowerCase();
}
