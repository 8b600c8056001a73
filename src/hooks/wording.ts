import { plainText } from '../report/plain-text.ts';
import type { PlannedAgent } from '../run/manifest.ts';

/** What to do where the contract itself stands in the way; nothing for those who work for no module. */
function protocolOf({ module }: PlannedAgent): string {
  if (module === undefined) return '';
  return ` Does the contract itself stand in your way, write what and why to .orchestration/conflicts/${module}-<issue>.md in your worktree and answer: BLOCKED. Contract conflict: <one sentence>`;
}

/** Why a hook keeps an agent from something in build mode, and what to do instead. */
export const refuse = {
  rights: (agent: PlannedAgent, tree: string, output: string) =>
    `${agent.id} writes only ${describeWrites(agent)} in ${tree}, and its own file ${output}.${protocolOf(agent)}`,
  contract: (agent: PlannedAgent | undefined) =>
    `The contract in .orchestration/contracts was approved by a person: only the architect changes it.${agent ? protocolOf(agent) : ''}`,
  integration: (run: string) =>
    `The worktree of run ${run} is written by the agents and the engine that work in it. \`sao next ${run}\` says what to do.`,
  wrongTree: (agent: PlannedAgent, cwd: string) =>
    `${agent.id} works in ${agent.tree}, but this command would run in ${cwd}. Begin it with: cd '${agent.tree}' &&`,
  git: (what: string, instead: string) => `Not from a worktree of a run: ${what}. ${instead}`,
};

const MOST_SHOWN = 12;

function describeWrites({ writes = [] }: PlannedAgent): string {
  const shown = writes.slice(0, MOST_SHOWN).map((glob) => plainText(glob, 80));
  const more = writes.length - shown.length;
  return shown.length === 0 ? 'nothing' : `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
