import { plainText } from '../../findings/plain-text.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';

/** Tells a builder how to report a contract conflict. */
function protocolOf({ module, role }: PlannedAgent): string {
  if (module === undefined || role !== 'builder') return '';
  return ` If the contract itself blocks you, write what and why to .orchestration/conflicts/${module}-<issue>.md in your worktree and answer: BLOCKED. Contract conflict: <one sentence>`;
}

/** Why a hook keeps an agent from something in build mode, and what to do instead. */
export const refuse = {
  rights: (agent: PlannedAgent, tree: string, output: string) =>
    `${agent.id} writes ${describeWrites(agent)}its own file ${output}, and nothing else.${describePlace(agent, tree)}${protocolOf(agent)}`,
  contract: (agent: PlannedAgent | undefined) =>
    `The contract in .orchestration/contracts was approved by a person: only the architect changes it.${agent ? protocolOf(agent) : ''}`,
  locked: (place: string, { lock_level, locked_by }: { lock_level: string; locked_by: string }) =>
    `${place} is ${lock_level} in the contract that a person approved: ${lock_level === 'critical' ? 'only the architect changes it, together with a person' : `only ${plainText(locked_by, 80)}, the architect or a person changes it`}. Leave it as it is, and say in your report what should change.`,
  integration: (run: string) =>
    `The worktree of run ${run} is written by the agents and the engine that work in it. \`sao next ${run}\` says what to do.`,
  wrongTree: (agent: PlannedAgent, cwd: string) =>
    `${agent.id} works in ${agent.tree}, but this command would run in ${cwd}. Begin it with: cd '${agent.tree}' &&`,
  git: (what: string, instead: string) => `Not from a worktree of a run: ${what}. ${instead}`,
};

const MOST_LINES = 80;

export const say = {
  askConflict: (run: string, reports: readonly { path: string; text: string }[]) =>
    [
      `RESOLVE a conflict about the contract of run ${run}, as the command says? The contract may change, and builders are told.`,
      ...reports.flatMap(({ path, text }) => {
        const lines = text.trimEnd().split('\n');
        const more = lines.length - MOST_LINES;
        return [path, ...lines.slice(0, MOST_LINES), ...(more > 0 ? [`… and ${more} more lines`] : [])];
      }),
    ].join('\n'),
};

const MOST_SHOWN = 12;

function describeWrites({ writes = [] }: PlannedAgent): string {
  const shown = writes.slice(0, MOST_SHOWN).map((glob) => plainText(glob, 80));
  const more = writes.length - shown.length;
  return shown.length === 0 ? '' : `${shown.join(', ')}${more > 0 ? `, ${more} more` : ''} and `;
}

function describePlace({ writes = [] }: PlannedAgent, tree: string): string {
  return writes.length === 0 ? '' : ` Its worktree is ${tree}.`;
}
