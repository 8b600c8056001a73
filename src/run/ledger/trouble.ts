import { fenceData, plainText } from '../../findings/plain-text.ts';
import { redact } from '../../findings/redact.ts';

/** The reason why a merge failed or was undone. */
export type MergeTrouble =
  | { kind: 'conflicts'; conflicts: readonly MergeConflict[] }
  /** `end`: how the command ended, in words; `tail`: the end of its output. */
  | { kind: 'tests'; command: string; end: string; tail: string };

/** Formats the conflicts, one per line, or the output of the tests, quoted as data. */
export function describeMergeTrouble(trouble: MergeTrouble): string {
  if (trouble.kind === 'conflicts') return trouble.conflicts.map(formatMergeConflict).join('\n');
  const { command, end, tail } = trouble;
  const head = `It merges without a conflict, but then \`${plainText(command)}\` fails: ${plainText(end)}.`;
  if (tail.trim() === '') return `${head} It printed nothing.`;
  return `${head} The end of what it printed, as data:\n\n${fenceData('output', redact(tail))}`;
}

function formatMergeConflict({ path, kind, message }: MergeConflict): string {
  return `- \`${plainText(path).replaceAll('`', "'")}\` (${plainText(kind)}): ${plainText(message, 300)}`;
}
export interface MergeConflict {
  path: string;
  /** In git's words: `contents`, `modify/delete`, `add/add`, `rename/rename`, `file/directory`, `binary` … */
  kind: string;
  /** Git's own line about it. */
  message: string;
}
