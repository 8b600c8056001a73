import type { Conflict } from '../../run/ledger/trouble.ts';
import { isObjectId } from '../worktree/lost-commits.ts';

/** What a merge would give. `tree` of a clean one is the merged tree itself; of another, conflicting files hold both sides. */
export type Prediction =
  | { clean: true; tree: string }
  | { clean: false; tree: string; conflicts: Conflict[] };

/**
 * Reads `git merge-tree --write-tree -z`: the tree, the conflicted files, an empty field, then messages. Undefined where it is no
 * answer at all: a bad ref exits 1 too, as a conflict does. Pure.
 */
export function parseMergeTree(code: number, stdout: string): Prediction | undefined {
  const fields = stdout.split('\0');
  const tree = fields[0] ?? '';
  if (!isObjectId(tree) || code > 1) return undefined;
  if (code === 0) return { clean: true, tree };
  const end = fields.indexOf('', 1);
  const files = fields.slice(1, end < 0 ? undefined : end).map((line) => line.slice(line.indexOf('\t') + 1));
  const messages = end < 0 ? [] : readMessages(fields.slice(end + 1));
  return { clean: false, tree, conflicts: joinConflicts([...new Set(files)], messages) };
}

interface Message {
  paths: string[];
  kind: string;
  message: string;
}

/** Each is a count of paths, the paths, a stable type and a text; only conflicts are kept. */
function readMessages(fields: readonly string[]): Message[] {
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

/** A line for each conflicted file; a message about other paths (the old name of a renamed one) gets its own. */
function joinConflicts(files: readonly string[], messages: readonly Message[]): Conflict[] {
  const known = files.map((path): Conflict => {
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
