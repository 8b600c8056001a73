import { tryGit } from '../system/git/call.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type ChangedLines, readChangedLines } from './changed-files.ts';

export interface ChangedFiles {
  /** Changed and new files, relative to the audited folder. */
  files: string[];
  lines: ChangedLines;
}

const DIFF = [
  '-c',
  'core.quotePath=false',
  'diff',
  '--relative',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-renames',
];

/**
 * Lists the files and lines below a folder that differ from a revision: those of the working tree, also uncommitted ones, against the last common
 * commit with `base`. New files that git does not ignore count as a whole. Rejects a folder outside of a repository and an unknown revision.
 */
export async function listChanges(project: string, base: string): Promise<Result<ChangedFiles>> {
  const commit = await findBase(project, base);
  if (!commit.ok) return commit;
  const names = await tryGit(project, [...DIFF, '--name-only', '-z', '--diff-filter=d', commit.value, '--']);
  if (!names.ok) return names;
  const diff = await tryGit(project, [
    ...DIFF,
    '--unified=0',
    '--no-prefix',
    '--diff-filter=d',
    commit.value,
    '--',
  ]);
  if (!diff.ok) return diff;
  const added = await tryGit(project, ['ls-files', '-z', '--others', '--exclude-standard']);
  if (!added.ok) return added;
  const files = [...splitNames(names.value), ...splitNames(added.value)];
  return accept({ files: [...new Set(files)].sort(), lines: readChangedLines(diff.value) });
}

const splitNames = (text: string) => text.split('\0').filter((name) => name !== '');

async function findBase(project: string, base: string): Promise<Result<string>> {
  // A revision that begins with a dash would be an option of git.
  const known = base.startsWith('-')
    ? undefined
    : await tryGit(project, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`]);
  if (known?.ok !== true) return rejectBase(project, base);
  const common = await tryGit(project, ['merge-base', known.value.trim(), 'HEAD']);
  return accept((common.ok ? common.value : known.value).trim());
}

function rejectBase(project: string, base: string) {
  return reject({
    code: 'audit-base-unknown',
    message: `${project} has no commit ${base}: it is no git repository, the name is wrong, or the history was not fetched`,
    target: base,
    fix: 'name a branch or commit, such as origin/main; in a CI job fetch the history first (actions/checkout: `fetch-depth: 0`)',
  });
}
