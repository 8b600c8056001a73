import type { MarkdownLine } from './markdown-lines.ts';

/** The lines under each heading that matches, up to the next heading of the same or a higher level. */
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

/** `## Findings`, with a count, a colon, a number, decoration or an adjective. */
export function isFindingsTitle(title: string): boolean {
  return /^(?:(?:key|main|all|detailed) )?findings?(?: ?[:([—–-].*)?$/.test(bareTitle(title));
}

/** `## Summary`, or what coordinators call it. */
export function isSummaryTitle(title: string): boolean {
  return /^(?:(?:executive|domain) )?(?:summary|overview|tl;dr)(?: ?[:([—–-].*)?$/.test(bareTitle(title));
}

/** `## Not checked`: what a worker could not look at. */
export function isUncheckedTitle(title: string): boolean {
  return /^(?:not|un)[ -]?checked(?: ?[:([—–-].*)?$/.test(bareTitle(title));
}

function bareTitle(title: string): string {
  return title
    .slice(0, 200)
    .replace(/[*_`~]|\p{Extended_Pictographic}|\ufe0f/gu, '')
    .replace(/^\s*\d+(?:\.\d+)*[.)]?\s+/, '')
    .trim()
    .toLowerCase();
}
