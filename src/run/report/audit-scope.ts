import type { Severity } from '../../findings/finding.ts';

/** The file in a run directory that bounds the findings of an audit's report. */
export const SCOPE_FILE = 'audit-scope.json';

/** What a report of an audit leaves out, or counts in another way; from the options of the call and the project's configuration. */
export interface AuditScope {
  version: 1;
  /** Rules that are off or have another severity; `bandit/*` means all rules of a tool. */
  rules: Record<string, Severity | 'off'>;
  /** Globs of paths whose findings are left out, relative to the audited folder. */
  exclude: string[];
  /** Files that were asked for; undefined for all. */
  files?: string[] | undefined;
  /** Lines that were asked for in some of these files, as pairs of first and last line; a file without an entry counts as a whole. */
  lines?: Record<string, [first: number, last: number][]> | undefined;
  /** What `files` and `lines` are, for the reader: `files changed since main`. */
  filesAre?: string | undefined;
  /** Findings that are known already. */
  baseline?: { name: string; fingerprints: string[] } | undefined;
}

/** A scope that leaves nothing out. */
export const WHOLE_SCOPE: AuditScope = { version: 1, rules: {}, exclude: [] };
