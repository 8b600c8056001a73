import type { Finding, SuppressedFinding } from '../../findings/finding.ts';
import type { SourceTree } from '../../source/source-tree.ts';
import type { DomainId } from './domains.ts';

/** A statistic without a judgement: it has no severity and fails no job. */
export interface Fact {
  /** Heading in the report, such as `Hot spots`; has no colon. */
  topic: string;
  /** One line with its place. */
  text: string;
}

export interface CheckResult {
  findings: Finding[];
  /** What the check examined. */
  notes: string[];
  /** What the check could not examine, and why. The absence of findings there proves nothing. */
  unchecked?: string[];
  numbers?: Fact[];
  suppressed?: SuppressedFinding[];
}

export interface CheckInfo {
  id: string;
  domain: DomainId;
  /** One sentence that is true if the check has no findings. */
  title: string;
  /** The worker's task in a plan. */
  task: string;
}

export interface Check extends CheckInfo {
  run(tree: SourceTree): Promise<CheckResult>;
}

/** A check whose code is loaded when it runs. */
export interface CheckEntry extends CheckInfo {
  load(): Promise<Check>;
}

/** What `sao check` prints. */
export interface CheckReport extends CheckResult {
  id: string;
  domain: string;
  title: string;
}
