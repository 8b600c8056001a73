import { countFindings, type Finding, type FindingCounts } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { writeBullet } from '../../findings/write-bullet.ts';
import { type AgentsCost, addAgentsCosts, costOfRun, formatCost } from '../../run/cost/amounts.ts';
import { deniedOf, standingOf } from '../../run/dispatch/standing.ts';
import { describeApprovals } from '../../run/ledger/approval-wording.ts';
import type { DomainCoverage } from '../../run/ledger/build-events.ts';
import type { BuildState } from '../../run/ledger/build-state.ts';
import { describeProjectChange, type ProjectChange } from '../../run/ledger/project-change.ts';
import { backlogFindings } from './backlog.ts';
import type { BlueprintModule } from './blueprint.ts';
import { agentsWithRole, latestAgentWithRole } from './build-agents.ts';
import { decideBuild } from './decide.ts';
import { describeStages, type StageLine } from './pipeline.ts';
import type { BuildStep, BuildView } from './step.ts';
import { describeCoverage, describeShipped } from './wording.ts';

export interface ReportedModule {
  name: string;
  /** Id of its last builder; null if there is none. */
  builder: string | null;
  /** How many builders have worked on it. */
  cycles: number;
  /** Last QC verdict or, before that, the builder's status. */
  state: string;
  /** Commit that QC last judged, and the merge commit in the integration branch. */
  judged: string | null;
  merged: string | null;
  blockedBy: string | null;
  /** Reasons for the state, one sentence each. */
  reasons: string[];
}

/** State of a build: stages, modules, results and open findings. */
export interface BuildReport extends AgentsCost {
  version: 1;
  run: string;
  mode: 'build';
  task: string;
  project: string;
  created: string;
  complete: boolean;
  stages: StageLine[];
  modules: ReportedModule[];
  /** The audit run, and its findings. */
  audit: { run: string; findings: FindingCounts | null; coverage: DomainCoverage[] } | null;
  /** What others changed in the base branch and the user's checkout while the build ran. */
  projectChanges: ProjectChange[];
  /** The approvals of humans, each with its proof. */
  approvals: string[];
  /** Agents whose tool calls the client did not permit: what their reports say about them is not proved. */
  denied: { id: string; tools: readonly string[] }[];
  /** Settings of the client that were changed while agents were at work, with these agents. */
  settingsChanges: { path: string; agents: readonly string[] }[];
  /** `delivery`: it was pushed to this branch, and the base branch is unchanged. */
  shipped: NonNullable<BuildState['shipped']> | null;
  /** The commit that brought the memory to the base branch. */
  curated: string | null;
  backlog: { counts: FindingCounts; findings: Finding[] };
  /** The part of `costUsd` that its audits have cost. */
  auditUsd: number;
}

/** Pure. */
export function describeBuild(view: BuildView, step: BuildStep = decideBuild(view)): BuildReport {
  const { manifest, state } = view.snapshot;
  const { harden, shipped = null, curated = null } = state.build;
  const { child, findings = null } = harden;
  const backlog = backlogFindings(view);
  return {
    version: 1,
    run: manifest.id,
    mode: 'build',
    task: manifest.task,
    project: manifest.project,
    created: manifest.created,
    complete: step.kind === 'done',
    stages: describeStages(view, step),
    modules: (view.blueprint?.modules ?? []).map((module) => reportModule(view, module)),
    audit: child === undefined ? null : { run: child, findings, coverage: harden.coverage },
    projectChanges: state.build.projectChanges,
    approvals: describeApprovals(state),
    denied: deniedOf(view.snapshot),
    settingsChanges: [...state.settingsChanges].map(([path, agents]) => ({ path, agents })),
    shipped,
    curated,
    backlog: { counts: countFindings(backlog), findings: backlog },
    ...addAgentsCosts([costOfRun(state), view.auditCost]),
    auditUsd: view.auditCost.costUsd,
  };
}

function reportModule({ snapshot }: BuildView, { name }: BlueprintModule): ReportedModule {
  const { plan, state } = snapshot;
  const builder = latestAgentWithRole(plan, 'builder', name);
  const { judged, merged, blocked, failed } = state.build.modules.get(name) ?? {};
  const standing = builder ? standingOf(snapshot, builder) : 'not begun';
  return {
    name,
    builder: builder?.id ?? null,
    cycles: agentsWithRole(plan, 'builder', name).length,
    state: judged?.verdict ?? standing,
    judged: judged?.commit ?? null,
    merged: merged?.commit ?? null,
    blockedBy: blocked?.conflict ?? null,
    reasons: [...(failed ? [`merge taken back (${failed.trouble.kind})`] : []), ...(judged?.reasons ?? [])],
  };
}

/** Formats the report for humans, which is `pipeline.md` until the build ends. Pure. */
export function renderBuildReport(report: BuildReport): string {
  const { run, task, stages, modules, audit, projectChanges, shipped, curated, backlog, costUsd, auditUsd } =
    report;
  const cost = formatCost(report, auditUsd);
  const auditFindings = audit?.findings;
  const resultLines = [
    ...(shipped
      ? [
          `- ${describeShipped(shipped)}${shipped.delivery ? '; the text of the pull request is in pull-request.md' : ''}`,
        ]
      : []),
    ...(curated === null
      ? []
      : [`- memory ${shipped?.delivery ? 'pushed' : 'brought home'} as ${curated.slice(0, 12)}`]),
    ...(auditFindings ? [`- audited by ${audit.run}: ${formatSeverityCounts(auditFindings)}`] : []),
    ...(audit?.coverage ?? []).map((domain) => `- audit of ${describeCoverage(domain)}`),
    ...(cost === '' ? [] : [`- ${costUsd > 0 ? 'agents cost' : 'agents:'} ${cost}`]),
  ];
  return [
    `# Build ${run}`,
    '',
    plainText(task, 400),
    '',
    '| stage | | | |',
    '| --- | --- | --- | --- |',
    ...stages.map(
      ({ number, stage, state, detail }) => `| ${number} | ${stage} | ${state} | ${renderCell(detail)} |`,
    ),
    ...renderSection(
      'Approvals',
      report.approvals.map((text) => `- ${plainText(text, 300)}`),
    ),
    ...renderSection('Result', resultLines),
    ...renderSection(
      'Changed outside of the build',
      projectChanges.map((change) => `- ${describeProjectChange(change)}`),
    ),
    ...renderSection('Changed settings of the client', report.settingsChanges.map(describeSettingsChange)),
    ...renderSection(
      'Denied tools',
      report.denied.map(({ id, tools }) => `- ${id}: ${plainText(tools.join(', '), 300)}`),
    ),
    ...renderSection('Modules', modules.map(renderModule)),
    ...renderSection('Backlog', backlog.findings.map(writeBullet)),
    '',
  ].join('\n');
}

const describeSettingsChange = ({ path, agents }: BuildReport['settingsChanges'][number]) =>
  `- ${plainText(path, 200)} while ${agents.join(', ')} worked: look at it before a client starts in the project`;

const formatSeverityCounts = ({ critical, major, minor }: FindingCounts) =>
  `${critical} critical, ${major} major, ${minor} minor`;

function renderSection(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function renderModule({ name, builder, state, judged, merged, blockedBy, reasons }: ReportedModule): string {
  if (builder === null) return `- ${name}: not begun`;
  const details = [
    judged === null ? state : `${state} at ${judged.slice(0, 12)}`,
    ...(blockedBy === null ? [] : [`blocked by ${blockedBy}`]),
    ...(merged === null ? [] : [`merged as ${merged.slice(0, 12)}`]),
    ...reasons,
  ];
  return `- ${name} (${builder}): ${details.map((text) => plainText(text, 300)).join('; ')}`;
}

function renderCell(text: string): string {
  return plainText(text, 400).replaceAll('|', '\\|');
}
