import { plainText } from '../../findings/plain-text.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';

/** The instruction for a builder to report a contract conflict; empty for other roles. */
function protocolOf({ module, role }: PlannedAgent): string {
  if (module === undefined || role !== 'builder') return '';
  return ` If the contract itself blocks you, write what and why to .orchestration/conflicts/${module}-<issue>.md in your worktree and answer: BLOCKED. Contract conflict: <one sentence>`;
}

/** Refusals of tool calls in a build: the reason, and what to do instead. */
export const refusalText = {
  rights: (agent: PlannedAgent, tree: string, output: string) =>
    `${agent.id} may write ${describeWrites(agent)}its own file ${output}, and nothing else.${describePlace(agent, tree)}${protocolOf(agent)}`,
  contract: (agent: PlannedAgent | undefined) =>
    `A human approved the contract in .orchestration/contracts: only the architect may change it.${agent ? protocolOf(agent) : ''}`,
  locked: (place: string, { lock_level, locked_by }: { lock_level: string; locked_by: string }) =>
    `${place} is ${lock_level} in the contract that a human approved: ${lock_level === 'critical' ? 'only the architect may change it, together with a human' : `only ${plainText(locked_by, 80)}, the architect or a human may change it`}. Do not change it; describe the needed change in your report.`,
  integration: (run: string) =>
    `Only the agents of run ${run} and the engine may write in its worktrees. \`sao next ${run}\` prints what to do.`,
  wrongTree: (agent: PlannedAgent, place: string) =>
    `${agent.id} works in ${agent.tree}, but this command changes to ${place}. Leave out the \`cd\`: your commands start in your worktree.`,
  unknownScript: (run: string) =>
    `Not started: this workflow was not started by the script that \`sao next ${run}\` names. Call Workflow with its scriptPath.`,
  script: (run: string) =>
    `This is not the script that sao compiles for run ${run} now. \`sao next ${run}\` writes it and prints its path.`,
  prompt: () =>
    'A prompt for an agent of a run is one line, `sao:RUN/AGENT`, as `sao next` prints it. For an agent of your own, leave `sao:RUN/AGENT` out, or name it inside of a sentence of at least six other words.',
  dispatcherBash: (agent: PlannedAgent) =>
    `${agent.id} runs only the calls of \`sao\` that its prompt names, each as a command of its own. Read files with Read, and write only your own file with Write.`,
  unreadableScript: (fault: string) =>
    `Not started, because the script cannot be checked: ${plainText(fault, 300)}. Remove it, or pass a regular file as scriptPath.`,
  unchecked: (message: string) =>
    `This call is refused, because sao could not check it: ${plainText(message, 300)}. Repeat it once; if it is refused again, answer: Failed. <this reason>`,
  treeGone: ({ tree }: PlannedAgent) =>
    `Your worktree ${tree} is no longer there, or has lost its link to git. Stop, and answer: Failed. The worktree is missing.`,
  foreignWorker: (agent: PlannedAgent) =>
    `${agent.id} starts only the agents of its domain, each with the prompt that \`sao next\` prints.`,
  otherStart: (id: string) =>
    `Not run: \`sao prompt --start\` starts an agent, and this call would start ${plainText(id, 80)}, which is not yours to start. Without --start it only prints the prompt.`,
  otherDomain: (agent: PlannedAgent) =>
    `Not run: ${agent.id} asks only for the next action of its own domain: \`--domain ${agent.domain}\`.`,
  runFolder: (agent: PlannedAgent, output: string) =>
    `Not run: the command names the folder of the run, in which ${agent.id} may write only ${output}. Write it with Write, and read files of the run with Read.`,
  foreignFolder: (path: string) =>
    `Not run: ${plainText(path, 300)} is in the folder of a run, which only its own agents and sao write. Read its files with Read, cat or grep, and write elsewhere.`,
  helper: (agent: PlannedAgent) => `${agent.id} starts no other agents. Do the work yourself.`,
  treeMissing: (run: string, { id, module, tree }: PlannedAgent, branch: string) =>
    `${id} cannot start: its worktree ${tree} is missing or damaged. ${
      module === undefined
        ? `Connect it again: \`sao worktree repair ${run}\`.`
        : `Create it from its branch: \`sao worktree create ${run} ${module} --base ${branch}\`.`
    }`,
  treeOffBranch: ({ id, tree }: PlannedAgent, branch: string, found: string) =>
    `${id} cannot start: its worktree ${tree} is on ${plainText(found, 120)}, not on ${branch}. Ask the user to run \`git -C ${tree} switch ${branch}\`.`,
  protectedFile: (path: string) =>
    `Not written: ${plainText(path, 300)} decides what runs may do, so only the user or sao changes it. Ask the user to make the change.`,
  clientSettings: (path: string) =>
    `Not done: ${plainText(path, 300)} decides which hooks the client runs, so agents of a run may only read it. Leave it as it is, and name a change that it needs in your report.`,
  git: (what: string, instead: string) => `Not from a worktree of a run: ${what}. ${instead}`,
};

const MAX_REPORT_LINES = 80;

export const questionText = {
  askConflict: (run: string, reports: readonly { path: string; text: string }[]) =>
    [
      `RESOLVE a contract conflict of run ${run} as in this command? The contract may change, and the affected builders are informed.`,
      ...reports.flatMap(({ path, text }) => {
        const lines = text.trimEnd().split('\n');
        const more = lines.length - MAX_REPORT_LINES;
        return [path, ...lines.slice(0, MAX_REPORT_LINES), ...(more > 0 ? [`… and ${more} more lines`] : [])];
      }),
    ].join('\n'),
};

const MAX_SHOWN_PATHS = 12;

function describeWrites({ writes = [] }: PlannedAgent): string {
  const shown = writes.slice(0, MAX_SHOWN_PATHS).map((glob) => plainText(glob, 80));
  const more = writes.length - shown.length;
  return shown.length === 0 ? '' : `${shown.join(', ')}${more > 0 ? `, ${more} more` : ''} and `;
}

function describePlace({ writes = [] }: PlannedAgent, tree: string): string {
  return writes.length === 0 ? '' : ` Its worktree is ${tree}.`;
}
