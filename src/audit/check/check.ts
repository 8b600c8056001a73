import type { Finding } from '../../findings/finding.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import type { DomainId } from './domains.ts';

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
  run(tree: SourceTree): Promise<CheckResult>;
}

/** A check that is not loaded yet: one check loads only its own code. */
export interface CheckEntry extends CheckInfo {
  load(): Promise<Check>;
}
