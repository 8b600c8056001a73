import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { Plan, PlannedAgent, Role } from '../../run/ledger/manifest.ts';
import type { Stage } from '../../run/ledger/stages.ts';

/** The roles that a build adds to a run; the audit at its end is a run of its own. */
export type BuildRole = Exclude<Role, 'worker' | 'coordinator'>;

const STEMS: Record<BuildRole, string> = {
  architect: 'architect',
  trainer: 'trainer',
  scaffold: 'scaffold',
  builder: 'build',
  qc: 'qc',
  assembler: 'explain',
  shipper: 'shipper',
  curator: 'curator',
};

const STAGE_OF: Record<BuildRole, Stage> = {
  architect: 'architect',
  trainer: 'bootstrap',
  scaffold: 'scaffold',
  builder: 'build',
  qc: 'build',
  assembler: 'assemble',
  shipper: 'ship',
  curator: 'curate',
};

/** Whose work a stage is. What the audit finds and no module owns, the scaffold's role mends. */
export const ROLE_OF = {
  architect: 'architect',
  bootstrap: 'trainer',
  scaffold: 'scaffold',
  harden: 'scaffold',
  ship: 'shipper',
  curate: 'curator',
} as const satisfies Record<CheckedStage, BuildRole>;

export function stageOf(role: BuildRole): Stage {
  return STAGE_OF[role];
}

/** `architect`, `build-auth`; a further cycle has its number behind it: `build-auth.2`. Modules' names have no dot. */
export function agentId(role: BuildRole, module: string | undefined, cycle: number): string {
  const stem = module === undefined ? STEMS[role] : `${STEMS[role]}-${module}`;
  return cycle === 1 ? stem : `${stem}.${cycle}`;
}

/** The agents of a role, for a module where it has any, in the order in which they were made. */
export function agentsOf(plan: Plan | undefined, role: BuildRole, module?: string): PlannedAgent[] {
  return (plan?.agents ?? []).filter((agent) => agent.role === role && agent.module === module);
}

/** The agents of a stage that is one agent's work, in the order in which they were made. */
export function agentsOfStage(plan: Plan | undefined, stage: CheckedStage): PlannedAgent[] {
  const isMending = stage === 'harden';
  return agentsOf(plan, ROLE_OF[stage]).filter(({ domain }) => (domain === 'harden') === isMending);
}

/** The one that was made last. */
export function latestOf(plan: Plan | undefined, role: BuildRole, module?: string): PlannedAgent | undefined {
  return agentsOf(plan, role, module).at(-1);
}
