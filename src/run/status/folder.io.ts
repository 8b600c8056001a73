import { lstatSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import { accept, type Result } from '../../system/result.ts';
import { checkOutput } from '../outputs/check.ts';
import { insideOf, type OutputFile, readOutput } from '../outputs/output.io.ts';
import { judgeOutput } from '../outputs/sentinel.ts';
import { refuseIds } from './select.ts';
import { type AgentCheck, type Detail, describeCheck } from './verification.ts';

// Accept names of other programs, such as A1 or worker_7, but none that is unsafe in a path.
const ID = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const ID_RULE = '1 to 128 of letters, digits and . _ - , not starting with . or -, without ".."';

const isId = (id: string) => ID.test(id) && !id.includes('..');

/** A folder of another program, with outputs of agents in `workers/*.md`. */
export interface OutputFolder {
  /** Returns whether waiting is over: every requested output is done or failed. */
  isSettled(): boolean;
  check(detail: Detail): AgentCheck[];
}

/** Returns whether a path is a folder with `workers/`, which can be verified without a plan. */
export function isOutputFolder(path: string): boolean {
  return lstatSync(join(path, 'workers'), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Opens such a folder. Without ids, all its files are verified. */
export function openFolder(path: string, ids: readonly string[]): Result<OutputFolder> {
  const wrong = refuseIds(ids, isId, ID_RULE);
  if (wrong) return wrong;
  const workers = join(resolve(path), 'workers');
  const isInside = insideOf(path);
  const named = [...new Set(ids)];
  const list = () => (named.length > 0 ? named : listIds(workers));
  const read = (file: string) => (isInside(file) ? readOutput(file) : undefined);
  const fileOf = (id: string) => join(workers, `${id}.md`);
  const settles = settlingOf((id) => read(fileOf(id)));
  return accept({
    isSettled() {
      const ids = list();
      return ids.length > 0 && ids.filter((id) => !settles(id)).length === 0;
    },
    check: (detail) =>
      list().map((id) => {
        const path = fileOf(id);
        const agent = { id, path, attempt: 1 };
        const file = read(path);
        const status = file ? judgeOutput(file) : 'missing';
        // Only the check says why a file is incomplete.
        return detail === 'verdicts' && status !== 'incomplete'
          ? { ...agent, status }
          : describeCheck(agent, checkOutput(file));
      }),
  });
}

// A foreign folder does not show whether a writer is still active, so a file without a final newline counts once it stops growing.
function settlingOf(read: (id: string) => OutputFile | undefined): (id: string) => boolean {
  const settled = new Set<string>();
  const sizes = new Map<string, number>();
  return (id) => {
    if (settled.has(id)) return true;
    const file = read(id);
    const verdict = file ? judgeOutput(file, sizes.get(id) !== file.size) : 'missing';
    if (file) sizes.set(id, file.size);
    if (verdict === 'done' || verdict === 'failed') settled.add(id);
    return settled.has(id);
  };
}

function listIds(workers: string): string[] {
  try {
    return readdirSync(workers)
      .filter((name) => name.endsWith('.md') && !name.startsWith('.'))
      .map((name) => name.slice(0, -'.md'.length))
      .sort();
  } catch (error) {
    throw describeFileError(error, workers, 'list the folder');
  }
}
