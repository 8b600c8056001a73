import { relative } from 'node:path';
import type { AuditScope } from '../run/report/audit-scope.ts';
import { readBoundedText } from '../system/files/bounded.ts';
import { systemErrorCode } from '../system/files/file-error.ts';
import { accept, type Result, reject } from '../system/result.ts';
import type { AuditTarget, FoundSettings } from './audit-target.io.ts';
import { readBaseline } from './baseline.ts';
import { listChanges } from './changed-files.io.ts';

/** The options of a call that bound what an audit reports. */
export interface ScopeOptions {
  /** Absolute path of a baseline. */
  baseline?: string | undefined;
  /** Compare with this revision. */
  changed?: { base: string; by: 'files' | 'lines' } | undefined;
}

/** Collects what bounds the findings of an audit. Rejects a missing or broken baseline and an unknown revision. */
export async function readScope(
  { project, file }: AuditTarget,
  { settings }: FoundSettings,
  { baseline, changed }: ScopeOptions,
): Promise<Result<AuditScope>> {
  const known = baseline === undefined ? undefined : readBaselineFile(baseline, project);
  if (known && !known.ok) return known;
  const changes = changed && (await listChanges(project, changed.base));
  if (changes && !changes.ok) return changes;
  const files =
    changes?.value.files.filter((path) => file === undefined || path === file) ??
    (file === undefined ? undefined : [file]);
  return accept({
    version: 1,
    rules: settings.rules,
    exclude: settings.exclude,
    ...(files === undefined ? {} : { files, filesAre: describeFiles(file, changed) }),
    ...(changes && changed?.by === 'lines' ? { lines: changes.value.lines } : {}),
    ...(known ? { baseline: known.value } : {}),
  });
}

function describeFiles(file: string | undefined, changed: ScopeOptions['changed']): string {
  if (!changed) return `file ${file}`;
  return `${changed.by} changed since ${changed.base}${file === undefined ? '' : ` in ${file}`}`;
}

function readBaselineFile(path: string, project: string): Result<NonNullable<AuditScope['baseline']>> {
  const name = relative(project, path) || path;
  try {
    const baseline = readBaseline(readBoundedText(path), name);
    if (!baseline.ok) return baseline;
    return accept({ name, fingerprints: baseline.value.findings.map(({ fingerprint }) => fingerprint) });
  } catch (error) {
    return reject({
      code: 'audit-baseline-missing',
      message: `the baseline ${path} cannot be read (${systemErrorCode(error) ?? String(error)})`,
      target: name,
      fix: `sao audit . --write-baseline ${name}`,
    });
  }
}
