import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listLockSentences, listModuleSentences } from '../../contract/contract-summary.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { addAgentsCosts, costOfRun } from '../../run/cost/amounts.ts';
import { sumAuditCosts } from '../../run/cost/audit-costs.io.ts';
import { driverCall } from '../../run/dispatch/driver-call.ts';
import { deniedOf } from '../../run/dispatch/standing.ts';
import { isProgramRemembered } from '../../run/ledger/config.io.ts';
import type { Manifest } from '../../run/ledger/manifest.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';
import { readManifest, readPlanFile, treesFolder } from '../../run/ledger/store.io.ts';
import { readReport } from '../../run/report/read-report.io.ts';
import type { Report } from '../../run/report/report-types.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { unwrap } from '../../system/result.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import { agentsWithRole, latestAgentWithRole } from '../machine/build-agents.ts';
import { resumeText } from '../machine/step-text.ts';
import { readBlueprint } from '../machine/view.io.ts';
import { gateStatus } from './gate.ts';
import {
  type AuditCoverage,
  excerptReport,
  type GatePage,
  type NextCommands,
  type QcCoverage,
  type ReportExcerpt,
} from './page.ts';
import { type BuildInputs, messagesOf, readChanges, readOutside } from './page-changes.io.ts';
import { listConcerns } from './page-concerns.ts';
import type { GateSubject } from './subject.ts';

/** Reads all that a human needs to answer a gate whose subject is known. A part that cannot be read is named as such. */
export async function readGatePage(
  dir: string,
  subject: GateSubject,
  state: RunState,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GatePage> {
  const { stage } = subject;
  const build: BuildInputs = {
    dir,
    manifest: unwrap(readManifest(dir)),
    plan: unwrap(readPlanFile(dir)),
    state,
  };
  const contract = unwrap(readContractFiles(join(treesFolder(dir), INTEGRATION)));
  const { paths, changes } = await readChanges(build);
  const audits = sumAuditCosts(dir, state);
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
    ...addAgentsCosts([costOfRun(state), audits]),
    auditUsd: audits.costUsd,
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

function readReports(build: BuildInputs, stage: HumanGate): ReportExcerpt[] {
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

function describeQcCoverage({ dir, plan, state }: BuildInputs): QcCoverage {
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

function readAudit({ dir, state }: BuildInputs): AuditCoverage | null {
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

function readHookPolicy({ manifest }: BuildInputs): GatePage['projectHooks'] {
  const config = readProjectConfig(manifest.project);
  return config.ok ? config.value.build.projectHooks : { unreadable: messagesOf(config) };
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
