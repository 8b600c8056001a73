import { readLines } from '../../findings/markdown-lines.ts';
import { findSections, isUncheckedTitle } from '../../findings/sections.ts';
import { isDone, type ReportAgent } from './report-types.ts';

/** Maximum number of shown entries of one worker; all entries are in its file. */
const SHOWN = 5;

/** Collects what workers could not check, from their sections `## Not checked`: no finding does not mean no fault there. */
export function noteUnchecked(agents: readonly ReportAgent[]): string[] {
  return agents
    .filter((agent) => agent.role === 'worker' && isDone(agent))
    .flatMap(({ id, name, text = '', output }) => {
      const said = readUnchecked(text);
      const more =
        said.length > SHOWN ? [`Not checked: ${said.length - SHOWN} more of ${name} in ${output}`] : [];
      return [...said.slice(0, SHOWN).map((what) => `Not checked: ${what} (${name}, ${id})`), ...more];
    });
}

/** Counts what workers could not check. */
export function countUnchecked(agents: readonly ReportAgent[]): number {
  return agents
    .filter((agent) => agent.role === 'worker' && isDone(agent))
    .reduce((count, { text = '' }) => count + readUnchecked(text).length, 0);
}

/** The bullets of a worker's section `## Not checked`. */
export function readUnchecked(text: string): string[] {
  return readBullets(text, isUncheckedTitle).filter(
    (what) => !/^(?:none|nothing|n\/a)\b.?$/i.test(what.trim()),
  );
}

/** The texts of bullets in the sections whose heading matches. */
export function readBullets(text: string, isTitle: (title: string) => boolean): string[] {
  return findSections(readLines(text), isTitle)
    .flat()
    .flatMap(({ kind, text: line }) =>
      kind === 'text' ? (/^ {0,3}[-*+] +(\S.*)$/.exec(line)?.[1] ?? []) : [],
    );
}
