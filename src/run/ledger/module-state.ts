import type { BuildEvent, TestRecord } from './build-events.ts';
import type { MergeTrouble } from './trouble.ts';
import type { QcVerdict } from './verdict.ts';

type ModuleEvent = Extract<BuildEvent, { module: string }>;

/** State of one module, from the ledger. */
export interface ModuleState {
  /** Commit that its branch started from. */
  base?: string;
  /** The builder and commit that QC reviews. */
  examined?: { builder: string; commit: string };
  judged?: {
    builder: string;
    by: string;
    verdict: QcVerdict;
    commit: string;
    reasons: string[];
    findings: string[];
  };
  /** Its tests when it was last judged. */
  tests?: TestRecord;
  /** QC agents whose reports have been judged. */
  judgedBy: Set<string>;
  /** The conflict that a builder has reported, until it is resolved. */
  blocked?: { by: string; conflict: string };
  /** The resolution that the prompt of its next builder must contain. */
  resolution?: { conflict: string; note: string; commit: string };
  resolutions: number;
  merged?: { source: string; commit: string };
  /** The last failed merge of `source`, which was undone. */
  failed?: { source: string; onto: string; trouble: MergeTrouble };
  failures: number;
  /** Number of failures that were merge conflicts; each of these is explained once. */
  conflicts: number;
  /** Findings of the final audit that its next builder has to fix. */
  hardening: string[];
  hardenings: number;
  /** Number of further cycles that a human granted. */
  granted: number;
  backlog: string[];
}
export function applyModuleEvent(state: ModuleState, event: ModuleEvent): void {
  switch (event.type) {
    case 'module-begun':
      state.base = event.base;
      break;
    case 'module-examined':
      state.examined = { builder: event.builder, commit: event.commit };
      break;
    case 'module-blocked':
      state.blocked = { by: event.by, conflict: event.conflict };
      break;
    case 'conflict-resolved':
      delete state.blocked;
      state.resolution = { conflict: event.conflict, note: event.note, commit: event.commit };
      state.resolutions += 1;
      break;
    case 'module-judged': {
      const { builder, by, verdict, commit, reasons, findings, backlog } = event;
      state.judged = { builder, by, verdict, commit, reasons, findings };
      state.judgedBy.add(by);
      if (event.tests) state.tests = event.tests;
      state.backlog = backlog;
      break;
    }
    case 'module-merged':
      state.merged = { source: event.source, commit: event.commit };
      state.backlog = [...state.backlog, ...(event.backlog ?? [])];
      delete state.failed;
      break;
    case 'merge-failed': {
      const { source, onto, trouble } = event;
      // Modules that start at the same time all hit the same failure, so it is counted once.
      const isKnown = state.failed?.source === source;
      state.failed = { source, onto, trouble };
      if (isKnown) break;
      state.failures += 1;
      if (trouble.kind === 'conflicts') state.conflicts += 1;
      break;
    }
  }
}
export function grantModule(state: ModuleState, name: string, agent: string, isMore: boolean): void {
  const isOf = (stem: string) => agent === `${stem}-${name}` || agent.startsWith(`${stem}-${name}.`);
  if (isOf('build')) {
    state.granted += 1;
    if (state.blocked?.by === agent) delete state.blocked;
    if (state.judged?.builder === agent && !isMore) delete state.judged;
  }
  if (isOf('qc') && state.judged?.by === agent) {
    state.judgedBy.delete(agent);
    delete state.judged;
  }
}
export function emptyModule(): ModuleState {
  return {
    judgedBy: new Set(),
    resolutions: 0,
    failures: 0,
    conflicts: 0,
    hardening: [],
    hardenings: 0,
    granted: 0,
    backlog: [],
  };
}
