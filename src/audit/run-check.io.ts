import type { SourceTree } from '../source/source-tree.ts';
import { readTree } from '../source/tree.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import type { CheckReport } from './check/check.ts';
import { suppressFindings } from './check/suppress.ts';
import { CHECKS } from './checks/catalog.io.ts';

/**
 * Runs one built-in check on the folder `path`. Rejects an unknown id and a path that is no folder; nothing has run then. `read` returns the
 * folder's files, which several checks may share.
 */
export async function runCheck(
  id: string,
  path: string,
  read: () => Promise<Result<SourceTree>> = () => readTree(path),
): Promise<Result<CheckReport>> {
  const entry = CHECKS.find((check) => check.id === id);
  if (!entry) {
    return reject({
      code: 'check-unknown',
      message: `there is no check "${id}"`,
      target: id,
      fix: `use one of: ${CHECKS.map((check) => check.id).join(', ')}`,
    });
  }
  const tree = await read();
  if (!tree.ok) return tree;
  const { domain, title, run } = await entry.load();
  const result = suppressFindings(tree.value, await run(tree.value));
  return accept({ id, domain, title, ...result }, tree.diagnostics);
}
