import type { MergeConflict } from '../../run/ledger/trouble.ts';
import { isObjectId } from '../worktree/lost-commits.ts';

/** The predicted result of a merge. `tree`: the merged tree; if there are conflicts, its conflicting files contain both sides. */
export type Prediction =
  | { clean: true; tree: string }
  | { clean: false; tree: string; conflicts: MergeConflict[] };

/**
 * Parses the output of `git merge-tree --write-tree -z`: the tree, the conflicted files, an empty field, then messages. Undefined
 * if the output is not of that form: git exits with 1 both for a conflict and for a bad ref. Pure.
 */
export function parseMergeTree(code: number, stdout: string): Prediction | undefined {
  const fields = stdout.split('\0');
  const tree = fields[0] ?? '';
  if (!isObjectId(tree) || code > 1) return undefined;
  if (code === 0) return { clean: true, tree };
  const end = fields.indexOf('', 1);
  const files = fields.slice(1, end < 0 ? undefined : end).map((line) => line.slice(line.indexOf('\t') + 1));
  const messages = end < 0 ? [] : parseMessages(fields.slice(end + 1));
  return { clean: false, tree, conflicts: joinConflicts([...new Set(files)], messages) };
}

interface Message {
  paths: string[];
  kind: string;
  message: string;
}

/** Parses messages: a count of paths, the paths, a stable type and a text. Only conflicts are returned. */
function parseMessages(fields: readonly string[]): Message[] {
  const found: Message[] = [];
  for (let at = 0; /^\d+$/.test(fields[at] ?? ''); ) {
    const count = Number(fields[at]);
    const paths = fields.slice(at + 1, at + 1 + count);
    const [type = '', text = ''] = fields.slice(at + 1 + count, at + 3 + count);
    const kind = /^CONFLICT \((.+)\)/.exec(type)?.[1];
    if (kind !== undefined) found.push({ paths, kind, message: text.trim() });
    at += 3 + count;
  }
  return found;
}

/** One conflict for each conflicted file, and one for each message about other paths (e.g. the old name of a renamed file). */
function joinConflicts(files: readonly string[], messages: readonly Message[]): MergeConflict[] {
  const known = files.map((path): MergeConflict => {
    const about = messages.find(({ paths }) => paths.includes(path));
    return {
      path,
      kind: about?.kind ?? 'contents',
      message: about?.message ?? `Merge conflict in ${path}`,
    };
  });
  const others = messages.filter(({ paths }) => !paths.some((path) => files.includes(path)));
  return [...known, ...others.map(({ paths, kind, message }) => ({ path: paths[0] ?? '', kind, message }))];
}
