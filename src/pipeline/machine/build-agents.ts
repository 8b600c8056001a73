import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { Plan, PlannedAgent, Role } from '../../run/ledger/manifest.ts';
import type { Stage } from '../../run/ledger/stages.ts';

/** The roles of agents in a build; its final audit is a run of its own. */
export type BuildRole = Exclude<Role, 'worker' | 'coordinator'>;

const AGENT_ID_STEMS: Record<BuildRole, string> = {
  architect: 'architect',
  trainer: 'trainer',
  scaffold: 'scaffold',
  builder: 'build',
  qc: 'qc',
  assembler: 'explain',
  shipper: 'shipper',
  curator: 'curator',
};

const STAGE_OF_ROLE: Record<BuildRole, Stage> = {
  architect: 'architect',
  trainer: 'bootstrap',
  scaffold: 'scaffold',
  builder: 'build',
  qc: 'build',
  assembler: 'assemble',
  shipper: 'ship',
  curator: 'curate',
};

/** Role that does the work of a stage. The scaffold role fixes audit findings that no module owns. */
export const ROLE_OF_STAGE = {
  architect: 'architect',
  bootstrap: 'trainer',
  scaffold: 'scaffold',
  harden: 'scaffold',
  ship: 'shipper',
  curate: 'curator',
} as const satisfies Record<CheckedStage, BuildRole>;

export function stageOfRole(role: BuildRole): Stage {
  return STAGE_OF_ROLE[role];
}

/** The id of an agent: `architect`, `build-auth`; a further cycle adds its number: `build-auth.2`. Names of modules have no dot. */
export function buildAgentId(role: BuildRole, module: string | undefined, cycle: number): string {
  const stem = module === undefined ? AGENT_ID_STEMS[role] : `${AGENT_ID_STEMS[role]}-${module}`;
  return cycle === 1 ? stem : `${stem}.${cycle}`;
}

/** The agents of a role, or of a role and module, in order of creation. */
export function agentsWithRole(plan: Plan | undefined, role: BuildRole, module?: string): PlannedAgent[] {
  return (plan?.agents ?? []).filter((agent) => agent.role === role && agent.module === module);
}

/** The agents of a stage that is one agent's work, in the order in which they were made. */
export function agentsInStage(plan: Plan | undefined, stage: CheckedStage): PlannedAgent[] {
  const isHardening = stage === 'harden';
  return agentsWithRole(plan, ROLE_OF_STAGE[stage]).filter(
    ({ domain }) => (domain === 'harden') === isHardening,
  );
}

/** The newest agent of a role. */
export function latestAgentWithRole(
  plan: Plan | undefined,
  role: BuildRole,
  module?: string,
): PlannedAgent | undefined {
  return agentsWithRole(plan, role, module).at(-1);
}
