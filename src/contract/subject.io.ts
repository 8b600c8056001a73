import { basename, join } from 'node:path';
import type { GateSubject } from '../gate/gate.ts';
import { INTEGRATION } from '../worktree/names.ts';
import { conflictHash, parseConflict } from './conflict.ts';
import { describeConflict } from './describe-conflict.ts';
import { readContractFiles } from './read.io.ts';
import { readReports, treesOfRun } from './reports.io.ts';

/**
 * What a person is asked about who is to resolve a conflict: its report, bound to the contract as it stands. It belongs to the gate of
 * the architecture, and its hash opens that gate for nothing. Undefined where there is no such report. For hooks: no library is loaded.
 */
export function subjectOfConflict(dir: string, name: string): GateSubject | undefined {
  const trees = treesOfRun(dir);
  const files = readContractFiles(join(dir, 'builds', INTEGRATION));
  const report = trees.flatMap((tree) => readReports(tree, [])).findLast((each) => each.name === name);
  if (!files.ok || !report) return undefined;
  const conflict = parseConflict(
    name,
    report.text,
    trees.map((tree) => basename(tree)),
  );
  if (!conflict.ok) return undefined;
  const { title } = conflict.value;
  const lines = describeConflict({ ...conflict.value, place: report.place });
  const hash = conflictHash(files.value, conflict.value);
  return { stage: 'architect', hash, title: `conflict ${name}: ${title}`, lines, files: [report.place] };
}
