import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainText } from '../../findings/plain-text.ts';
import { renderHandoff } from '../../queue/handoff/render-handoff.ts';
import type { QueueState, Task } from '../../queue/state/state.ts';
import { prepareRun } from '../../run/ledger/begin.io.ts';
import { createRun } from '../../run/ledger/create-run.io.ts';
import { buildPlanAcceptedEvent } from '../../run/ledger/events.ts';
import { MODELS, type Plan, type PlannedAgent } from '../../run/ledger/manifest.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import { hashText, replacePlan } from '../../run/ledger/store.io.ts';
import { estimateTokens } from '../../run/plan/estimate.ts';
import { fillTemplate } from '../../run/prompt/template.ts';
import { loadTemplate } from '../../run/prompt/templates.io.ts';
import { openConfinement } from '../../run/sandbox/open-confinement.io.ts';
import { type FileLock, tryLock } from '../../system/files/lock.ts';
import { unwrap } from '../../system/result.ts';
import { type Confinement, confineSetup } from '../../system/sandbox/confinement.ts';
import { type ConfirmSetup, openSetupApproval } from '../../workspace/worktree/approve-setup.io.ts';
import { type CreatedTree, createWorktree } from '../../workspace/worktree/create.io.ts';
import { prepareWorktree } from '../../workspace/worktree/prepare.io.ts';
import { openSite, type Site } from '../../workspace/worktree/site.io.ts';
import { WORK_LOCK, writeAttemptFile } from './attempt-file.io.ts';
import { type AttemptName, commitSubject } from './attempt-names.ts';
import type { Clone } from './repositories.io.ts';
import { globsOfPaths } from './task-globs.ts';

/** The agent of an attempt's run, and the name of its worktree there. */
export const CODER = 'coder';
const DEFAULT_TIMEOUT_S = 3_600;

/** The call that opens attempts. */
export interface WorkCall {
  /** `--runs-dir`. */
  flag?: string | undefined;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
  /** Asks about a setup command in the terminal, once for all attempts. */
  confirmSetup: ConfirmSetup;
  isUnattended: boolean;
  now(): Date;
  /** Seconds that an agent may take; undefined: an hour. */
  timeoutSeconds: number | undefined;
}

/** A run with one agent in a worktree of its own. */
export interface OpenAttempt {
  run: string;
  dir: string;
  site: Site;
  tree: CreatedTree;
  /** The commit that the work is compared with. */
  base: string;
  agent: PlannedAgent;
  confinement: Confinement;
  /** Held until the attempt has ended: what is left of it then is cleared by another call. */
  lock: FileLock;
}

/**
 * Makes the run of an attempt: its directory, its worktree on a branch of its own, its prompt and its plan. Throws an ExpectedError; the caller removes
 * the worktree then.
 */
export async function openAttempt(
  name: AttemptName,
  { state, task, base, startRef }: { state: QueueState; task: Task; base: string; startRef: string },
  clone: Clone,
  call: WorkCall,
): Promise<OpenAttempt> {
  const { spec } = task;
  const now = call.now();
  const title = `${spec.id}: ${plainText(spec.title, 200)}`;
  const order = { task: title, project: clone.directory, mode: 'task' as const };
  const prepared = unwrap(prepareRun(order, call, now));
  const dir = createRun(prepared.root, prepared.manifest, now);
  const { id: run } = prepared.manifest;
  const lock = tryLock(join(dir, WORK_LOCK));
  if (!lock) throw new Error(`the new run ${run} is locked`);
  writeAttemptFile(dir, { queue: name.queue, task: spec.id, attempt: name.attempt, startRef, base });
  const site = unwrap(await openSite({ project: clone.directory, runDir: dir, run }));
  const tree = unwrap(await createWorktree(site, CODER, base));
  const confinement = unwrap(await openConfinement({ dir, run, project: clone.directory }, call));
  await prepareTree(site, tree, confinement, dir, call);
  const prompt = fillTemplate(loadTemplate('coder'), {
    task_title: plainText(spec.title, 200),
    handoff: renderHandoff(state, task).trimEnd(),
    worktree: tree.place,
    branch: tree.branch,
    base_commit: base,
    commit_subject: commitSubject(name),
    task_id: spec.id,
    attempt: String(name.attempt),
    output_file_path: join(dir, outputOf()),
  });
  const agent = planCoder(spec, tree, prompt, call);
  acceptCoderPlan(dir, title, agent, prompt, now);
  return { run, dir, site, tree, base, agent, confinement, lock };
}

const outputOf = () => `workers/${CODER}.md`;

async function prepareTree(
  site: Site,
  { place }: CreatedTree,
  confinement: Confinement,
  dir: string,
  call: WorkCall,
): Promise<void> {
  const { worktree } = unwrap(readProjectConfig(site.repo.directory));
  await prepareWorktree(site, CODER, worktree, {
    env: call.env,
    requireApproval: openSetupApproval(dir, call),
    confine: confineSetup(confinement, place),
    logs: join(dir, 'qc'),
  });
}

function planCoder(
  { title, model, paths }: Task['spec'],
  tree: CreatedTree,
  prompt: string,
  { timeoutSeconds = DEFAULT_TIMEOUT_S }: WorkCall,
): PlannedAgent {
  const given = MODELS.find((each) => each === model);
  const modelReason = given ? 'the task names it' : 'writes code';
  return {
    ...{ id: CODER, role: 'builder', kind: 'agent', domain: 'queue', name: plainText(title, 200) },
    ...{ task: plainText(title, 200), scope: null, model: given ?? 'opus', modelReason },
    ...{ promptHash: hashText(prompt), tools: null, timeout: timeoutSeconds, after: [], wave: 1 },
    ...{ output: outputOf(), inputs: [], command: null, returns: 'line' },
    ...{ module: CODER, tree: tree.place, ...(paths.length > 0 && { writes: globsOfPaths(paths) }) },
  };
}

function acceptCoderPlan(dir: string, task: string, agent: PlannedAgent, prompt: string, now: Date): void {
  const domains = [{ id: 'queue', name: 'Task queue' }];
  const plan: Plan = { version: 1, task, domains, agents: [agent], waves: [[CODER]] };
  writeFileSync(join(dir, 'prompts', `${CODER}.md`), prompt, { mode: 0o600 });
  const { parent, agents } = estimateTokens(plan, prompt.length);
  const counts = { workers: 1, coordinators: 0, waves: 1 };
  replacePlan(
    dir,
    plan,
    (hash) => [buildPlanAcceptedEvent({ hash, ...counts, forecast: parent, agents })],
    now,
  );
}
