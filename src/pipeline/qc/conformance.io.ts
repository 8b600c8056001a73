import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '../../source/decode.ts';
import { askGit } from '../../system/git/call.io.ts';
import type { Result } from '../../system/result.ts';
import { expected } from '../../workspace/worktree/site.io.ts';
import { type Conformance, checkScaffold, type Scaffold, type ScaffoldFile } from './conformance.ts';
import { isProgram, MOST_STUB_LINES } from './stub.ts';

/** What the contracts and the test run say; the rest is read from the tree. */
export type ScaffoldOrder = Pick<Scaffold, 'modules' | 'sharedPaths' | 'tests' | 'compile'> & {
  /** The worktree that the scaffold was made in. */
  root: string;
  /** The commit that it started from. */
  base: string;
};

const SHARED_TYPES = '.orchestration/contracts/interfaces/shared-types.md';
/** No stub is as large; its first part is enough to say so. */
const MOST_BYTES = MOST_STUB_LINES * 4096;

/** Looks at what a scaffold has made, committed or not, and compares it with the contracts. */
export function examineScaffold(order: ScaffoldOrder): Promise<Result<Conformance>> {
  return expected(async () => {
    const { root, base, ...given } = order;
    const files = await listScaffold(root, base);
    return checkScaffold({ ...given, files, sharedTypes: readText(root, SHARED_TYPES) ?? null });
  });
}

/** Every file of the tree that git does not ignore. */
async function listScaffold(root: string, base: string): Promise<ScaffoldFile[]> {
  const fields = async (args: readonly string[]) =>
    (await askGit(root, args)).split('\0').filter((field) => field !== '');
  const known = await fields(['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const before = new Set(await fields(['ls-tree', '-r', '-z', '--name-only', '--full-tree', base]));
  const changed = new Set(await fields(['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', base]));
  return [...new Set(known)].sort().flatMap((path): ScaffoldFile[] => {
    if (!isThere(root, path)) return [];
    if (before.has(path)) return [{ path, change: changed.has(path) ? 'changed' : 'kept' }];
    const text = isProgram(path) ? readText(root, path) : undefined;
    return [{ path, change: 'added', ...(text === undefined ? {} : { text }) }];
  });
}

function isThere(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}

/** A regular file's text; a link may lead out of the tree and is not followed. */
function readText(root: string, path: string): string | undefined {
  const place = join(root, path);
  if (!lstatSync(place, { throwIfNoEntry: false })?.isFile()) return undefined;
  return decodeText(readFileSync(place).subarray(0, MOST_BYTES));
}
