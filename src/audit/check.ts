import type { Finding } from '../findings/finding.ts';
import type { DomainId } from './domains.ts';

/** One file of the audited tree. */
export interface SourceFile {
  /** Relative to the tree's root, with `/`. */
  path: string;
  /** Bytes on disk. */
  size: number;
  /** In git's index; absent or false for a file that is only lying there. */
  tracked?: boolean;
  /** Permission bits as the file system gives them. */
  mode?: number;
  /** Undefined: binary, over 1 MiB (a lock file: 16 MiB) or unreadable. */
  text(): string | undefined;
}

/** What every check reads: tracked files and untracked files that git does not ignore. */
export interface AuditTree {
  root: string;
  files: SourceFile[];
  /** False: not a repository, the files come from a walk. */
  git: boolean;
  /** Where the root lies inside its repository, `packages/api/`; empty or absent at the top. */
  prefix?: string;
}

export interface CheckResult {
  findings: Finding[];
  /** What was looked at. */
  notes: string[];
  /** What could not be checked, and why: no finding there is no all-clear. */
  unchecked?: string[];
}

export interface CheckInfo {
  id: string;
  domain: DomainId;
  /** One sentence. */
  title: string;
  /** The worker's task, as a plan states it. */
  task: string;
}

export interface Check extends CheckInfo {
  run(tree: AuditTree): Promise<CheckResult>;
}

/** A check that is not loaded yet: one check loads only its own code. */
export interface CheckEntry extends CheckInfo {
  load(): Promise<Check>;
}
