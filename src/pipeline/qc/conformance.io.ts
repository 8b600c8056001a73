import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '../../source/decode.ts';
import { readFileStart } from '../../system/files/bounded.ts';
import { askGit } from '../../system/git/call.io.ts';
import { catchExpectedError, type Result } from '../../system/result.ts';
import { checkScaffold, type Scaffold, type ScaffoldCheck, type ScaffoldFile } from './conformance.ts';
import { isProgram, MAX_STUB_LINES } from './stub.ts';

/** Input from the contracts and the test run; the rest is read from the worktree. */
export type ScaffoldOrder = Pick<Scaffold, 'modules' | 'sharedPaths' | 'tests' | 'compile'> & {
  /** The worktree that the scaffold was made in. */
  root: string;
  /** The commit that it started from. */
  base: string;
};

const SHARED_TYPES = '.orchestration/contracts/interfaces/shared-types.md';
/** Bytes to read per file. A larger file is not a stub. */
const MAX_READ_BYTES = MAX_STUB_LINES * 4096;

/** Reads the files of a scaffold, committed or not, and compares them with the contracts. */
export function examineScaffold(order: ScaffoldOrder): Promise<Result<ScaffoldCheck>> {
  return catchExpectedError(async () => {
    const { root, base, ...scaffoldInput } = order;
    const files = await listScaffoldFiles(root, base);
    return checkScaffold({ ...scaffoldInput, files, sharedTypes: readText(root, SHARED_TYPES) ?? null });
  });
}

/** Every file of the tree that git does not ignore. */
async function listScaffoldFiles(root: string, base: string): Promise<ScaffoldFile[]> {
  const runGit = async (args: readonly string[]) =>
    (await askGit(root, args)).split('\0').filter((field) => field !== '');
  const currentPaths = await runGit(['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const pathsBefore = new Set(await runGit(['ls-tree', '-r', '-z', '--name-only', '--full-tree', base]));
  const changedPaths = new Set(
    await runGit(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', base]),
  );
  return [...new Set(currentPaths)].sort().flatMap((path): ScaffoldFile[] => {
    if (!pathExists(root, path)) return [];
    if (pathsBefore.has(path)) return [{ path, change: changedPaths.has(path) ? 'changed' : 'kept' }];
    const text = isProgram(path) ? readText(root, path) : undefined;
    return [{ path, change: 'added', ...(text === undefined ? {} : { text }) }];
  });
}

function pathExists(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}

/** Text of a regular file. Links are not followed: they may leave the worktree. */
function readText(root: string, path: string): string | undefined {
  const filePath = join(root, path);
  if (!lstatSync(filePath, { throwIfNoEntry: false })?.isFile()) return undefined;
  return decodeText(readFileStart(filePath, MAX_READ_BYTES));
}
