import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fs from 'fs-extra';
import type { HeadlessContext } from '../headless/run-headless.io.ts';
import { findRepository } from '../run/ledger/project.io.ts';
import type { AuditScope } from '../run/report/audit-scope.ts';
import { tryGit } from '../system/git/call.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type AuditOrder, auditProject } from './audit.io.ts';

/**
 * Audits another commit of a project's repository in a temporary clone, and returns its findings as a baseline. Nothing of the repository is changed,
 * none of its hooks runs, and no run of this is listed. Rejects a folder outside of a repository and an unknown commit.
 */
export async function auditCommit(
  commit: string,
  order: AuditOrder,
  around: HeadlessContext,
): Promise<Result<NonNullable<AuditScope['baseline']>>> {
  const project = realpathSync(order.path);
  const top = findRepository(project);
  const id = commit.startsWith('-') || top === undefined ? undefined : await findCommit(top, commit);
  if (id?.ok !== true || top === undefined) return rejectCommit(commit, project);
  const scratch = fs.mkdtempSync(join(realpathSync(tmpdir()), 'sao-audit-commit-'));
  try {
    const clone = join(scratch, 'clone');
    const cloned = await cloneAt(top, clone, id.value.trim());
    if (!cloned.ok) return cloned;
    if (order.toolSettings.allowsProjectCode) linkPackages([top, project], top, clone);
    const path = join(clone, relative(top, project));
    const name = `commit ${id.value.trim().slice(0, 12)}`;
    // The folder did not exist then, so nothing in it was known.
    if (!fs.existsSync(path)) return accept({ name, fingerprints: [] });
    const silent = { ...around, note: () => {}, progress: () => {}, redraw: () => {} };
    const scope = { ...order.scope, files: undefined, lines: undefined, baseline: undefined };
    const base = await auditProject(
      { ...order, path, scope },
      { flag: join(scratch, 'runs'), env: around.env, cwd: clone },
      silent,
    );
    if (!base.ok)
      return base.diagnostics.some(({ code }) => code === 'audit-no-files')
        ? accept({ name, fingerprints: [] })
        : base;
    return accept({ name, fingerprints: base.value.report.findings.map(({ fingerprint }) => fingerprint) });
  } finally {
    fs.removeSync(scratch);
  }
}

// Tools of the project, such as ESLint, and the plugins that its configuration names are packages, which a clone does not have.
function linkPackages(folders: readonly string[], top: string, clone: string): void {
  for (const folder of new Set(folders)) {
    const [packages, place] = [join(folder, 'node_modules'), join(clone, relative(top, folder))];
    const isMissing = fs.existsSync(place) && !fs.existsSync(join(place, 'node_modules'));
    if (fs.existsSync(packages) && isMissing) fs.symlinkSync(packages, join(place, 'node_modules'));
  }
}

const findCommit = (top: string, commit: string) =>
  tryGit(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`]);

// Large files of LFS stay pointers: a filter would ask their server.
async function cloneAt(top: string, clone: string, commit: string): Promise<Result<unknown>> {
  const env = { GIT_LFS_SKIP_SMUDGE: '1' };
  const cloned = await tryGit(top, ['clone', '--quiet', '--shared', '--no-checkout', '--', top, clone], {
    env,
  });
  return cloned.ok ? tryGit(clone, ['checkout', '--quiet', '--detach', commit], { env }) : cloned;
}

function rejectCommit(commit: string, project: string) {
  return reject({
    code: 'audit-base-unknown',
    message: `the repository of ${project} has no commit ${commit}, or the folder is in no repository`,
    target: commit,
    fix: 'name a branch or commit, such as origin/main; in a CI job fetch the history first (actions/checkout: `fetch-depth: 0`)',
  });
}
