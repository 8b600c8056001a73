import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listLockSentences, listModuleSentences } from '../../contract/contract-summary.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { verbatim } from '../../findings/verbatim.ts';
import { sumAuditCosts } from '../../run/cost/audit-costs.io.ts';
import { driverCall } from '../../run/dispatch/driver-call.ts';
import { deniedOf } from '../../run/dispatch/standing.ts';
import { uncoveredDomains } from '../../run/ledger/build-state.ts';
import { isProgramRemembered } from '../../run/ledger/config.io.ts';
import type { Manifest, Plan } from '../../run/ledger/manifest.ts';
import { listForeignPrograms } from '../../run/ledger/project-change.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { readManifest, readPlanFile, treesFolder } from '../../run/ledger/store.io.ts';
import { describeUnproved } from '../../run/ledger/unproved.ts';
import { readReport } from '../../run/report/read-report.io.ts';
import type { Report } from '../../run/report/report-types.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import { quoteCommand } from '../../system/command-line.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { askGit, callGit } from '../../system/git/call.io.ts';
import { findCommit, isAncestor } from '../../system/git/repository.io.ts';
import { catchExpectedError, unwrap } from '../../system/result.ts';
import { listChangedPaths } from '../../workspace/merge/checkouts.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { listUncommittedPaths } from '../../workspace/worktree/tree-work.io.ts';
import { agentsWithRole, latestAgentWithRole } from '../machine/build-agents.ts';
import { resumeText } from '../machine/step-text.ts';
import { readBlueprint } from '../machine/view.io.ts';
import { gateStatus } from './gate.ts';
import {
  type AuditCoverage,
  type ChangeSummary,
  excerptReport,
  type GatePage,
  type NextCommands,
  type Outside,
  parseNumstat,
  type QcCoverage,
  type ReportExcerpt,
  sumByFolder,
  type Unreadable,
} from './page.ts';
import { concernText } from './page-text.ts';
import type { GateSubject } from './subject.ts';

/** The inputs of a page, read once. */
interface Build {
  dir: string;
  manifest: Manifest;
  plan: Plan | undefined;
  state: RunState;
}

/** Reads all that a human needs to answer a gate whose subject is known. A part that cannot be read is named as such. */
export async function readGatePage(
  dir: string,
  subject: GateSubject,
  state: RunState,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GatePage> {
  const { stage } = subject;
  const build: Build = {
    dir,
    manifest: unwrap(readManifest(dir)),
    plan: unwrap(readPlanFile(dir)),
    state,
  };
  const contract = unwrap(readContractFiles(join(treesFolder(dir), INTEGRATION)));
  const { paths, changes } = await readChanges(build);
  const auditUsd = sumAuditCosts(dir, state);
  const page = {
    run: build.manifest.id,
    task: build.manifest.task,
    status: gateStatus(state, stage, subject.hash),
    subject,
    reports: readReports(build, stage),
    denied: deniedOf({ plan: build.plan, state }),
    modules: stage === 'architect' ? listModuleSentences(contract) : [],
    locks: listLockSentences(contract),
    qc: stage === 'ship' ? describeQcCoverage(build) : null,
    audit: stage === 'ship' ? readAudit(build) : null,
    changes,
    costUsd: state.costUsd + auditUsd,
    auditUsd,
    outside: await readOutside(build, paths),
    projectHooks: readHookPolicy(build),
    approval: describeApproval(state, stage),
    policy: readApprovalPolicy() ?? null,
    rejectionNote: state.gates.get(stage)?.rejected?.note ?? null,
    rejections: state.gates.get(stage)?.rejections ?? 0,
    next: nextCommands(build.manifest, stage, isProgramRemembered(env)),
  };
  return { ...page, concerns: listConcerns(page, state) };
}

function readReports(build: Build, stage: HumanGate): ReportExcerpt[] {
  const roles = stage === 'ship' ? (['shipper', 'architect'] as const) : (['architect'] as const);
  return roles.flatMap((role) => {
    const agent = latestAgentWithRole(build.plan, role);
    return agent ? [readExcerpt(role, join(build.dir, agent.output))] : [];
  });
}

function readExcerpt(role: ReportExcerpt['role'], path: string): ReportExcerpt {
  const text = readText(path);
  return text === undefined
    ? { role, path, lines: undefined, hidden: 0 }
    : { role, path, ...excerptReport(text) };
}

function readText(path: string): string | undefined {
  try {
    return readWithoutLink(path);
  } catch {
    return undefined;
  }
}

function describeQcCoverage({ dir, plan, state }: Build): QcCoverage {
  const names = readBlueprint(dir)?.modules.map(({ name }) => name) ?? [...state.build.modules.keys()];
  const modules = names.map((name) => {
    const module = state.build.modules.get(name);
    const reviews = agentsWithRole(plan, 'qc', name);
    const reportPath = reviews.map(({ output }) => join(dir, output)).findLast((path) => existsSync(path));
    return {
      name,
      verdict: module?.judged?.verdict ?? null,
      commit: module?.judged?.commit ?? null,
      reviews: module?.judgedBy.size ?? 0,
      backlog: module?.backlog.length ?? 0,
      report: reportPath ?? null,
    };
  });
  return {
    passed: modules.filter(({ verdict }) => verdict === 'pass').length,
    total: modules.length,
    modules,
  };
}

function readAudit({ dir, state }: Build): AuditCoverage | null {
  const { child, findings, isOver, isStale, coverage } = state.build.harden;
  if (child === undefined) return null;
  const folder = join(dirname(dir), child);
  const report = readAuditReport(join(folder, 'report.json'));
  return {
    run: child,
    findings: isOver ? (findings ?? null) : null,
    agents: report && { total: report.counts.agents.total, done: report.counts.agents.done },
    domains: isOver ? coverage : [],
    gaps: report?.gaps.map(({ id, reason }) => ({ id, reason })) ?? [],
    isOutdated: isStale,
    report: join(folder, 'report.md'),
  };
}

function readAuditReport(path: string): Report | undefined {
  const report = readReport(path);
  return report.ok ? report.value : undefined;
}

const DIFF_TIMEOUT_MS = 300_000;

async function readChanges({
  manifest,
  state,
}: Build): Promise<{ paths: string[]; changes: ChangeSummary | Unreadable }> {
  const { id, project } = manifest;
  const { base } = state.build;
  if (!base) return { paths: [], changes: { unreadable: 'the build has recorded no base commit' } };
  const read = await catchExpectedError(async () => {
    const baseTip = await findCommit(project, `refs/heads/${base.branch}`);
    const head = (
      await askGit(project, ['rev-parse', '--verify', `refs/heads/${branchOf(id, INTEGRATION)}`])
    ).trim();
    const range = `${(baseTip ?? base.commit).slice(0, 12)}...${head.slice(0, 12)}`;
    const args = ['diff', '--numstat', '-z', '--no-renames', '--no-ext-diff', '--ignore-submodules=none'];
    const output = await askGit(project, [...args, '--end-of-options', range, '--'], {
      timeoutMs: DIFF_TIMEOUT_MS,
    });
    return { range, paths: parseNumstat(output) };
  });
  if (!read.ok) return { paths: [], changes: { unreadable: messagesOf(read) } };
  const { range, paths } = read.value;
  const sum = (key: 'added' | 'removed') => paths.reduce((total, path) => total + path[key], 0);
  return {
    paths: paths.map(({ path }) => path),
    changes: {
      files: paths.length,
      added: sum('added'),
      removed: sum('removed'),
      folders: sumByFolder(paths),
      command: quoteCommand(['git', '-C', project, 'diff', range]),
    },
  };
}

async function readOutside(
  { manifest, state }: Build,
  changedPaths: readonly string[],
): Promise<Outside | Unreadable> {
  const { id, project, delivery } = manifest;
  const { base } = state.build;
  if (!base) return { unreadable: 'the build has recorded no base branch' };
  const read = await catchExpectedError(async () => {
    const tip = (await findCommit(project, `refs/heads/${base.branch}`)) ?? null;
    const head = await findCommit(project, `refs/heads/${branchOf(id, INTEGRATION)}`);
    const newCommits = tip === null ? 0 : await countCommits(project, base.commit, tip);
    const isMergedIn = tip !== null && head !== undefined && (await isAncestor(project, tip, head));
    const checkout = await callGit(project, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
    const branch = checkout.code === 0 ? checkout.stdout.trim() : null;
    const uncommitted = await listUncommittedPaths(project);
    // The merge moves a checkout of the base branch only if no file that git knows has changed.
    const tracked = await listChangedPaths(project, 'no');
    const isMoved = branch === base.branch && delivery === undefined;
    const inTheWay = isMoved
      ? uncommitted.filter((path) => tracked.includes(path) || changedPaths.includes(path))
      : [];
    return {
      base: { branch: base.branch, began: base.commit, tip, newCommits, isMergedIn },
      checkout: { directory: project, branch, uncommitted: uncommitted.length, inTheWay },
      programs: listForeignPrograms(state.build.projectChanges),
    };
  });
  return read.ok ? read.value : { unreadable: messagesOf(read) };
}

function readHookPolicy({ manifest }: Build): GatePage['projectHooks'] {
  const config = readProjectConfig(manifest.project);
  return config.ok ? config.value.build.projectHooks : { unreadable: messagesOf(config) };
}

async function countCommits(project: string, from: string, to: string): Promise<number> {
  const output = await askGit(project, ['rev-list', '--count', '--end-of-options', `${from}..${to}`]);
  return Number(output.trim());
}

function describeApproval({ approvals }: RunState, stage: HumanGate): GatePage['approval'] {
  const approved = approvals.get(stage);
  if (approved === undefined) return null;
  const { level, by, at } = approved.approval;
  return { level, who: by, at, signer: approved.signer ?? null };
}

/** The commands that answer a gate and continue the build. */
function nextCommands({ id, driver }: Manifest, stage: HumanGate, isProgramKnown: boolean): NextCommands {
  return {
    approve: `sao gate approve ${stage} ${id}`,
    reject: `sao gate reject ${stage} ${id} --note "What has to change"`,
    resume: resumeText(id, driverCall(id, { driver, isProgramKnown })),
  };
}

/** What speaks against an approval, the worst first. */
function listConcerns(page: Omit<GatePage, 'concerns'>, state: RunState): string[] {
  const { subject, qc, audit, outside, changes, rejectionNote } = page;
  const { build } = state;
  return [
    ...describeUnproved(state),
    ...(subject.isChecked ? [] : [concernText.unchecked()]),
    ...(page.status === 'rejected' && rejectionNote !== null ? [concernText.rejected(rejectionNote)] : []),
    ...(build.adopted?.length ? [concernText.adopted(build.adopted)] : []),
    ...(qc?.modules ?? []).flatMap(({ name, verdict }) =>
      verdict === 'pass' ? [] : [concernText.notPassed(name, verdict ?? 'not reviewed')],
    ),
    ...(subject.stage === 'ship' ? auditConcerns(audit) : []),
    ...(page.denied.length > 0 ? [concernText.denied(page.denied)] : []),
    ...outsideConcerns(outside),
    ...('unreadable' in changes ? [concernText.unreadable('the difference', changes.unreadable)] : []),
    ...page.reports.flatMap(({ role, path, lines }) =>
      lines === undefined ? [concernText.report(role, path)] : [],
    ),
    ...(subject.stage === 'ship' ? (build.checks.get('ship')?.remarks ?? []).map(verbatim) : []),
  ];
}

function auditConcerns(audit: AuditCoverage | null): string[] {
  if (!audit) return [concernText.auditMissing()];
  const { findings, agents, domains, isOutdated, report } = audit;
  const isIncomplete = agents !== undefined && agents.done < agents.total;
  const isBad = findings !== null && findings.critical + findings.major > 0;
  return [
    ...(isBad ? [concernText.findings(findings)] : []),
    ...uncoveredDomains({ coverage: domains }).map((domain) => concernText.auditDomain(domain)),
    ...(isIncomplete ? [concernText.auditGaps(agents.done, agents.total)] : []),
    ...(agents ? [] : [concernText.auditUnknown(report)]),
    ...(isOutdated ? [concernText.auditOutdated()] : []),
  ];
}

function outsideConcerns(outside: GatePage['outside']): string[] {
  if ('unreadable' in outside) return [concernText.unreadable('your checkout', outside.unreadable)];
  const { base, checkout, programs } = outside;
  return [
    ...(programs.length > 0 ? [concernText.programs(programs)] : []),
    ...(base.tip === null ? [concernText.baseGone(base.branch)] : []),
    ...(base.newCommits > 0 && !base.isMergedIn ? [concernText.baseMoved(base.branch, base.newCommits)] : []),
    ...(checkout.inTheWay.length > 0 ? [concernText.inTheWay(checkout.inTheWay)] : []),
  ];
}

const messagesOf = ({ diagnostics }: { diagnostics: readonly { message: string }[] }) =>
  diagnostics.map(({ message }) => message).join('; ');
