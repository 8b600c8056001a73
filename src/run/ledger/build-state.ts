import type { FindingCounts } from '../../findings/finding.ts';
import type { BuildEvent, CheckedStage, DomainCoverage } from './build-events.ts';
import type { BranchDelivery } from './manifest.ts';
import { applyModuleEvent, emptyModule, grantModule, type ModuleState } from './module-state.ts';
import type { ProjectChange, ProjectSeen } from './project-change.ts';

/** The engine's last check of a stage's work. */
export interface StageCheck {
  by: string;
  ok: boolean;
  hash?: string;
  commit?: string;
  base?: string;
  faults: string[];
  remarks: string[];
  /** At the scaffold: how many tests each test command ran. */
  counts?: Readonly<Record<string, number>>;
}

/** State of a build besides its agents, from the ledger. */
export interface BuildState {
  base?: { branch: string; commit: string };
  /** Modules that were merged before the ledger was lost and made anew from the branches. */
  adopted?: string[];
  /** Agents that were added to the plan. */
  extended: Set<string>;
  checks: Map<CheckedStage, StageCheck>;
  /** Number of further attempts that a human granted, by stage. */
  granted: Map<CheckedStage, number>;
  modules: Map<string, ModuleState>;
  /** Open questions about conflicts: the hash of the shown text, by the hash of the one-time token. */
  askedConflicts: Map<string, string>;
  /** Names of conflicts that a human has decided about. */
  approvedConflicts: Set<string>;
  /** Head of the integration branch after the last merge. */
  lastMerge?: string;
  /** Head of the integration branch when the engine last accepted or created all of it. */
  trusted?: string;
  harden: {
    /** The current or last audit run. */
    child?: string;
    commit?: string;
    /** Whether its findings are recorded. */
    isOver: boolean;
    /** A module was merged since it began. */
    isStale: boolean;
    rounds: number;
    findings?: FindingCounts;
    majors: { module: string | null; finding: string }[];
    backlog: string[];
    /** Findings in files that the build did not change. */
    earlier: string[];
    coverage: DomainCoverage[];
    /** The runs of all audits of this build, with what each had cost (USD) when its findings were recorded last. */
    audits: Map<string, number>;
  };
  /** The base branch and the user's checkout when the engine last looked. */
  projectSeen?: ProjectSeen;
  /** What others changed there while the build ran, oldest first. */
  projectChanges: ProjectChange[];
  /** Agents that were at work since the engine last looked. */
  atWork: Set<string>;
  shipped?: { base: string; commit: string; delivery?: BranchDelivery };
  /** In milliseconds since the epoch. */
  shippedAt?: number;
  curated?: string;
}

export function emptyBuild(): BuildState {
  return {
    checks: new Map(),
    granted: new Map(),
    modules: new Map(),
    askedConflicts: new Map(),
    approvedConflicts: new Set(),
    extended: new Set(),
    projectChanges: [],
    atWork: new Set(),
    harden: {
      isOver: false,
      isStale: false,
      rounds: 0,
      majors: [],
      backlog: [],
      earlier: [],
      coverage: [],
      audits: new Map(),
    },
  };
}

/** Applies one event to the state, in place. */
export function applyBuildEvent(build: BuildState, event: BuildEvent): void {
  switch (event.type) {
    case 'build-begun':
      build.base = { branch: event.base, commit: event.commit };
      build.trusted = event.commit;
      if (event.adopted !== undefined) build.adopted = event.adopted;
      break;
    case 'plan-extended':
      for (const id of event.agents) applyExtension(build, id);
      break;
    case 'stage-checked':
      applyStageCheck(build, event);
      break;
    case 'conflict-asked':
      build.askedConflicts.set(event.token, event.hash);
      break;
    case 'conflict-approved':
      // A token is valid for one answer.
      build.askedConflicts.clear();
      build.approvedConflicts.add(event.conflict);
      break;
    case 'conflict-resolved':
      if (!build.approvedConflicts.has(event.conflict)) break;
      build.trusted = event.commit;
      applyModuleEvent(moduleOf(build, event.module), event);
      break;
    case 'harden-begun':
      build.harden.child = event.child;
      if (!build.harden.audits.has(event.child)) build.harden.audits.set(event.child, 0);
      build.harden.commit = event.commit;
      build.harden.isOver = false;
      build.harden.isStale = false;
      break;
    case 'hardened':
      endHardening(build, event);
      break;
    case 'project-seen':
      if (event.seen) build.projectSeen = event.seen;
      if (event.change) build.projectChanges.push(event.change);
      break;
    case 'shipped':
      build.shipped = {
        base: event.base,
        commit: event.commit,
        ...(event.delivery ? { delivery: event.delivery } : {}),
      };
      break;
    case 'curated':
      build.curated = event.commit;
      break;
    case 'recalled':
    case 'memory-written':
      break;
    case 'module-merged':
      build.harden.isStale = true;
      build.lastMerge = event.commit;
      build.trusted = event.commit;
      applyModuleEvent(moduleOf(build, event.module), event);
      break;
    default:
      applyModuleEvent(moduleOf(build, event.module), event);
  }
}

function applyStageCheck(
  build: BuildState,
  {
    stage,
    by,
    ok,
    hash,
    commit,
    base,
    faults,
    remarks = [],
    counts,
  }: Extract<BuildEvent, { type: 'stage-checked' }>,
): void {
  const check: StageCheck = { by, ok, faults, remarks };
  if (hash !== undefined) check.hash = hash;
  if (commit !== undefined) check.commit = commit;
  if (base !== undefined) check.base = base;
  if (counts !== undefined) check.counts = counts;
  if (ok && commit !== undefined) build.trusted = commit;
  build.checks.set(stage, check);
}

function endHardening(build: BuildState, event: Extract<BuildEvent, { type: 'hardened' }>): void {
  const { harden } = build;
  harden.isOver = true;
  if (event.costUsd !== undefined) harden.audits.set(event.child, event.costUsd);
  harden.coverage = event.coverage ?? [];
  harden.findings = event.findings;
  harden.majors = event.majors;
  harden.backlog = event.backlog;
  harden.earlier = event.earlier ?? [];
  // The audit is repeated where it gave no result; what it finds is fixed after that.
  if (uncoveredDomains(harden).length > 0) return;
  harden.rounds += 1;
  // Findings of the first audit are fixed; a human weighs those of the second.
  if (harden.rounds > 1) return;
  for (const { module, finding } of event.majors) {
    if (module === null) continue;
    const state = moduleOf(build, module);
    if (state.hardening.length === 0) state.hardenings += 1;
    state.hardening.push(finding);
  }
}

/** Domains of the last audit in which none of the agents, or none of the checks, gave a result. */
export function uncoveredDomains({ coverage }: Pick<BuildState['harden'], 'coverage'>): DomainCoverage[] {
  return coverage.filter(({ planned, given }) => planned > 0 && given === 0);
}

/** Records an added agent. A new builder's prompt contains its module's pending resolution and findings, so these are removed. */
function applyExtension(build: BuildState, id: string): void {
  build.extended.add(id);
  const module = /^build-([^.]+)/.exec(id)?.[1];
  if (module === undefined) return;
  const state = moduleOf(build, module);
  delete state.resolution;
  state.hardening = [];
}

/** Returns whether the engine checked an agent's work and rejected it. Its next agent receives the reasons. */
export function isRefused({ checks, modules }: BuildState, agent: string): boolean {
  if ([...checks.values()].some(({ by, ok }) => by === agent && !ok)) return true;
  return [...modules.values()].some(({ judged, failed }) => {
    const isBad = judged?.verdict !== 'pass' || failed?.source === judged.commit;
    return judged?.builder === agent && isBad;
  });
}

/** Grants one more attempt: to a further agent if the earlier work was refused, otherwise to the same agent. */
export function grantAgent(build: BuildState, agent: string): void {
  const isMore = isRefused(build, agent);
  for (const [stage, { by }] of build.checks) if (by === agent) grantStage(build, stage, isMore);
  for (const [name, state] of build.modules) grantModule(state, name, agent, isMore);
}

function grantStage({ checks, granted }: BuildState, stage: CheckedStage, isMore: boolean): void {
  if (isMore) granted.set(stage, (granted.get(stage) ?? 0) + 1);
  else checks.delete(stage);
}

/** Returns the state of a module, and adds an empty one if there is none. */
export function moduleOf(build: BuildState, name: string): ModuleState {
  let state = build.modules.get(name);
  if (!state) {
    state = emptyModule();
    build.modules.set(name, state);
  }
  return state;
}
