import { readLines } from '../../findings/markdown-lines.ts';
import { findSections } from '../../findings/sections.ts';

/** Reads the ids that `## Archive` of the curator's report lists. */
export function parseArchive(report: string): Set<string> {
  const lines = findSections(readLines(report), (title) => /^archive\b/i.test(title)).flat();
  return new Set(lines.flatMap(({ text }) => text.match(/\b[0-9a-f]{24}\b/g) ?? []));
}
