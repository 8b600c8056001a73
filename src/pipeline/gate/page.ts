import type { LockSentence, ModuleSentence } from '../../contract/contract-summary.ts';
import type { FindingCounts } from '../../findings/finding.ts';
import type { AgentsCost } from '../../run/cost/amounts.ts';
import type { DomainCoverage } from '../../run/ledger/build-events.ts';
import type { QcVerdict } from '../../run/ledger/verdict.ts';
import type { ApprovalBasis, ApprovalPolicy } from '../../system/approval/record.ts';
import type { GateStatus, GateSubject } from './subject.ts';

/** Everything that a human needs to answer a gate. A part is null if the stage has none; `unreadable` if it could not be read. */
export interface GatePage extends AgentsCost {
  run: string;
  /** The user's description of the application. */
  task: string;
  status: GateStatus;
  subject: GateSubject;
  /** What speaks against an approval, the worst first. */
  concerns: string[];
  reports: ReportExcerpt[];
  /** Agents whose tool calls the client did not permit in their last attempt. */
  denied: { id: string; tools: readonly string[] }[];
  modules: ModuleSentence[];
  locks: LockSentence[];
  qc: QcCoverage | null;
  audit: AuditCoverage | null;
  changes: ChangeSummary | Unreadable;
  /** The part of `costUsd` that the audits have cost. */
  auditUsd: number;
  outside: Outside | Unreadable;
  /** Whether the project's git hooks run at the commits of builders. */
  projectHooks: 'run' | 'skip' | Unreadable;
  approval: ShownApproval | null;
  /** The least proof that the user demands of an approval; null if any is enough. */
  policy: ApprovalPolicy | null;
  /** The last rejection's note; null after an approval. */
  rejectionNote: string | null;
  rejections: number;
  next: NextCommands;
}

/** A part of the page that could not be read, and the reason. */
export interface Unreadable {
  unreadable: string;
}

/** An agent's own summary of its work. */
export interface ReportExcerpt {
  role: 'architect' | 'shipper';
  /** Absolute. */
  path: string;
  /** The first lines of the report; undefined if it could not be read. */
  lines: string[] | undefined;
  /** Number of lines that are not shown. */
  hidden: number;
}

/** Which modules QC has reviewed. */
export interface QcCoverage {
  passed: number;
  total: number;
  modules: {
    name: string;
    /** null: QC has not judged the module. */
    verdict: QcVerdict | null;
    /** The reviewed commit. */
    commit: string | null;
    reviews: number;
    /** Number of findings left for later. */
    backlog: number;
    /** The last QC report, absolute; null if there is none. */
    report: string | null;
  }[];
}

/** What the audit of the integrated code covered. */
export interface AuditCoverage {
  run: string;
  /** null: the audit has not ended. */
  findings: FindingCounts | null;
  /** Agents and checks of the audit, and how many gave a result; undefined if the audit's report could not be read. */
  agents: { total: number; done: number } | undefined;
  /** Results by domain. */
  domains: DomainCoverage[];
  /** Agents and checks without a result. */
  gaps: { id: string; reason: string }[];
  /** Modules or files changed after the audit. */
  isOutdated: boolean;
  /** Absolute. */
  report: string;
}

/** What an approval adds to the base branch. */
export interface ChangeSummary {
  files: number;
  added: number;
  removed: number;
  /** By folder, the largest change first. */
  folders: { folder: string; files: number; added: number; removed: number }[];
  /** The command that shows the whole difference. */
  command: string;
}

/** What has moved outside of the build since it began. */
export interface Outside {
  base: { branch: string; began: string; tip: string | null; newCommits: number; isMergedIn: boolean };
  checkout: {
    directory: string;
    /** null: HEAD is detached. */
    branch: string | null;
    /** Number of paths with uncommitted changes. */
    uncommitted: number;
    /** Those of them that would stop the merge: changes of files that git knows, and files that the merge would write. */
    inTheWay: string[];
  };
  /** Settings and hooks of the repository that others set meanwhile, and of which git starts programs. */
  programs: string[];
}

/** The approval that opened a gate. */
export interface ShownApproval {
  level: ApprovalBasis;
  who: string;
  at: string;
  /** Who has signed it, as the list of allowed signers says; null if a signature does not prove it. */
  signer: string | null;
}

export interface NextCommands {
  approve: string;
  reject: string;
  /** Continues the build once the gate is open. */
  resume: string;
}

const MAX_EXCERPT_LINES = 10;

/** The start of an agent's report without its title, its blank lines and its last line. */
export function excerptReport(text: string): { lines: string[]; hidden: number } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line, index) => line !== '' && !/^<!--.*-->$/.test(line) && !(index < 3 && /^# /.test(line)))
    .map((line) => line.replace(/^#+ (.*)$/, '$1:'));
  return { lines: lines.slice(0, MAX_EXCERPT_LINES), hidden: Math.max(0, lines.length - MAX_EXCERPT_LINES) };
}

/** Sums changed paths by folder, the largest change first. A folder is the first two segments of a path. */
export function sumByFolder(
  paths: readonly { path: string; added: number; removed: number }[],
): ChangeSummary['folders'] {
  const folders = new Map<string, ChangeSummary['folders'][number]>();
  for (const { path, added, removed } of paths) {
    const segments = path.split('/');
    const folder =
      segments.length === 1 ? path : `${segments.slice(0, Math.min(2, segments.length - 1)).join('/')}/`;
    const sum = folders.get(folder) ?? { folder, files: 0, added: 0, removed: 0 };
    folders.set(folder, {
      folder,
      files: sum.files + 1,
      added: sum.added + added,
      removed: sum.removed + removed,
    });
  }
  const size = (each: ChangeSummary['folders'][number]) => each.added + each.removed;
  return [...folders.values()].sort((a, b) => size(b) - size(a) || Number(a.folder > b.folder) - 0.5);
}

/** Parses `git diff --numstat -z` without renames. A binary file counts no lines. */
export function parseNumstat(output: string): { path: string; added: number; removed: number }[] {
  return output.split('\0').flatMap((entry) => {
    const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t(.+)$/s.exec(entry) ?? [];
    return path === undefined ? [] : [{ path, added: Number(added) || 0, removed: Number(removed) || 0 }];
  });
}
