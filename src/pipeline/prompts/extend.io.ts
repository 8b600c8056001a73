import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isSettled, standingOf } from '../../run/dispatch/standing.ts';
import { rejectChangedPlan } from '../../run/dispatch/wording.ts';
import type { Plan, PlannedAgent, Role } from '../../run/ledger/manifest.ts';
import type { EventOf } from '../../run/ledger/run-event.ts';
import { decideOnLockedState, readRunState } from '../../run/ledger/run-state.io.ts';
import type { Stage } from '../../run/ledger/stages.ts';
import { hashText, planHash, readPlannedState, replacePlan } from '../../run/ledger/store.io.ts';
import { loadTemplate } from '../../run/prompt/templates.io.ts';
import { fillFolder } from '../../system/files/folder.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { ExpectedError } from '../../system/result.ts';
import { findCommitHooks } from '../../workspace/tests/project-hooks.io.ts';
import { worktreePath } from '../../workspace/worktree/names.ts';
import { type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import { extendPlan } from '../machine/extend-plan.ts';
import type { AgentOrder, BuildView } from '../machine/step.ts';
import { readChangeLog } from '../release/change-log.io.ts';
import { promptAdditionsFor } from './additions.io.ts';
import { readBuildFacts } from './brief.io.ts';
import type { BuildAddition } from './build-facts.ts';
import { addToBuildPrompt, BUILD_TEMPLATES, writeBuildPrompt } from './build-prompt.ts';
import { addMemory } from './recalls.io.ts';

/** Adds agents to the run: prompts, then plan and ledger. */
export async function addAgentsToRun(
  engine: Engine,
  view: BuildView,
  orders: readonly AgentOrder[],
): Promise<void> {
  const { dir, site } = engine;
  const plan = requireRecordedPlan(engine);
  const worktreePaths = {
    integration: integrationWorktree(dir),
    treeOf: (module: string) => worktreePath(site, module),
  };
  const extended = extendPlan(orders, plan, {
    task: engine.task,
    blueprint: view.blueprint,
    worktreePaths,
    timeouts: engine.settings.timeouts,
  });
  const prompts = new Map<string, string>();
  const recalls: EventOf<'recalled'>[] = [];
  for (const agent of extended.added) {
    const { prompt, recalled } = await writePrompt(engine, view, agent);
    prompts.set(`${agent.id}.md`, prompt);
    if (recalled) recalls.push(recalled);
  }
  fillFolder(join(dir, 'prompts'), prompts);
  recordPlan(engine, withHashes(extended.plan, prompts));
  if (recalls.length > 0) recordEvents(engine, ...recalls);
}

/** The plan with the hashes of these prompts, by the names of their files: the plan's own hash then covers what the agents are told. */
function withHashes(plan: Plan, prompts: ReadonlyMap<string, string>): Plan {
  const agents = plan.agents.map((agent) => {
    const prompt = prompts.get(`${agent.id}.md`);
    return prompt === undefined ? agent : { ...agent, promptHash: hashText(prompt) };
  });
  return { ...plan, agents };
}

/** The plan that the ledger names; undefined if there is none yet. Throws an ExpectedError if plan.json is another one. */
function requireRecordedPlan({ dir, site }: Engine): Plan | undefined {
  const { plan, isPlanChanged } = readPlannedState(dir);
  if (isPlanChanged) throw new ExpectedError(rejectChangedPlan(site.run, 'build'));
  return plan;
}

/** Writes the prompts of agents that can still start and whose file is gone or empty, as after a cleaner or a crash of the machine. */
export async function restorePrompts(engine: Engine, view: BuildView): Promise<void> {
  const { plan } = view.snapshot;
  const folder = join(engine.dir, 'prompts');
  const prompts = new Map<string, string>();
  if (!plan) return;
  for (const [index, agent] of plan.agents.entries()) {
    const name = `${agent.id}.md`;
    if (isSettled(standingOf(view.snapshot, agent)) || isWhole(agent, readWithoutLink(join(folder, name))))
      continue;
    // The plan as it was when the agent was added: the prompt says which try this is.
    const snapshot = { ...view.snapshot, plan: { ...plan, agents: plan.agents.slice(0, index) } };
    prompts.set(name, (await writePrompt(engine, { ...view, snapshot }, agent)).prompt);
  }
  if (prompts.size === 0) return;
  fillFolder(folder, prompts);
  recordPlan(engine, withHashes(plan, prompts));
}

/** Whether a prompt file has the text that the plan was recorded with. */
function isWhole({ promptHash }: PlannedAgent, text: string | undefined): boolean {
  return Boolean(text) && (promptHash === undefined || hashText(text ?? '') === promptHash);
}

async function writePrompt(
  engine: Engine,
  view: BuildView,
  agent: PlannedAgent,
): Promise<{ prompt: string; recalled: EventOf<'recalled'> | undefined }> {
  const facts = await readBuildFacts(engine, view, agent);
  const prompt = writeBuildPrompt(agent, facts, loadTemplate(BUILD_TEMPLATES[facts.role]));
  const memory = addMemory(engine, view, agent);
  const additions = [
    ...(await changeLogAdditions(engine, view, agent)),
    ...(await hookAdditions(engine, agent)),
    ...portAdditions(engine, agent),
    ...promptAdditionsFor(engine, view, agent),
    ...memory.additions,
  ];
  const filled = additions.reduce((text, addition) => addToBuildPrompt(text, addition, loadTemplate), prompt);
  return { prompt: filled, recalled: memory.event };
}

/** Tells the shipper how the project records its changes. */
async function changeLogAdditions(
  { dir }: Engine,
  { snapshot }: BuildView,
  { role }: PlannedAgent,
): Promise<BuildAddition[]> {
  if (role !== 'shipper') return [];
  const base = snapshot.state.build.base?.commit ?? 'HEAD';
  return [{ kind: 'change-log', log: await readChangeLog(integrationWorktree(dir), base) }];
}

/** Tells a builder whether the project's hooks run at its commits, if there are any. */
async function hookAdditions({ settings }: Engine, { role, tree }: PlannedAgent): Promise<BuildAddition[]> {
  if (role !== 'builder' || tree === undefined || !existsSync(tree)) return [];
  const hooks = await findCommitHooks(tree);
  if (hooks.length === 0) return [];
  return [{ kind: settings.projectHooks === 'run' ? 'hooks-run' : 'hooks-skip', hooks }];
}

/** The roles that start programs of the project. */
const ROLES_WITH_PORTS: readonly Role[] = ['architect', 'scaffold', 'builder', 'qc', 'assembler'];

/** Tells an agent the variables with the ports of its worktree. */
function portAdditions({ worktreeSettings }: Engine, { role, tree }: PlannedAgent): BuildAddition[] {
  const { ports } = worktreeSettings;
  if (!ports || tree === undefined || !ROLES_WITH_PORTS.includes(role)) return [];
  return [{ kind: 'ports', count: ports.size }];
}

/** Replaces the build's plan and records its hash and new agents. */
function recordPlan({ dir, now }: Engine, plan: Plan): void {
  decideOnLockedState(dir, ({ build, planHash: recorded }) => {
    if (planHash(plan) === recorded) return;
    replacePlan(dir, plan, (hash) => extensionEvents(plan, build.extended, hash), now());
  });
}

/** One event for each stage with agents that are not recorded; one without agents if there are none. */
function extensionEvents(
  { agents }: Plan,
  recorded: ReadonlySet<string>,
  hash: string,
): EventOf<'plan-extended'>[] {
  const added = agents.filter(({ id }) => !recorded.has(id));
  const stages = [...new Set((added.length > 0 ? added : agents.slice(0, 1)).map(({ domain }) => domain))];
  return stages.map((stage) => ({
    type: 'plan-extended',
    stage: stage as Stage,
    agents: added.filter(({ domain }) => domain === stage).map(({ id }) => id),
    hash,
  }));
}

/** Appends plan-extended events for agents of the recorded plan that the ledger does not name, as after a crash between the events of two stages. */
export function recordPlanAdditions(engine: Engine): void {
  const recorded = readRunState(engine.dir).build.extended;
  const plan = requireRecordedPlan(engine);
  if (plan?.agents.some(({ id }) => !recorded.has(id)))
    recordEvents(engine, ...extensionEvents(plan, recorded, planHash(plan)));
}
