import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseWorktreeList } from '../../../src/workspace/worktree/tree-state.ts';
import { git, makeRepository } from '../../hazards/git-scratch.ts';
import type { ScriptedApi } from '../harness/api.ts';
import type { Call } from '../harness/call.ts';
import { type ClientOptions, runClient } from '../harness/client.ts';
import type { Reply } from '../harness/reply.ts';
import { Rig, ROOT } from '../harness/rig.ts';

/** One of the two sessions of a scenario: the one without the plugin or the one with it. */
export interface Side {
  /** The user's repository. */
  project: string;
  /** The folder of the project, for other repositories and worktrees beside it. */
  root: string;
  options: ClientOptions;
  api: ScriptedApi;
  /** Keeps the present state for the comparison, besides that at the end. */
  note: () => void;
}

/** A session of the client, described so that it can be played without the plugin and with it. */
export interface Scenario {
  /** The `worktree` settings of the user. */
  settings?: object;
  files?: Record<string, string>;
  prepare?: (place: Pick<Side, 'project' | 'root'>) => void;
  script: (call: Call) => Reply | Promise<Reply>;
  args?: string[];
  /** The directory of the session; by default the project. */
  cwd?: (root: string) => string;
  /** By default one prompt, answered to its end. */
  run?: (side: Side) => Promise<void>;
  /** The linked worktrees that the client alone leaves, with the subject of their last commit. */
  leaves: Record<string, string>;
  /** Answers of the tools to the agents that show what the scenario is about. */
  answers?: string[];
}

/** A worktree as a user sees it. Agent ids are replaced by the agent's prompt, process ids by `PID`. */
export interface SeenTree {
  place: string;
  branch: string | undefined;
  subject: string;
  lock: string | undefined;
  /** Each file that is not git's, with its text or the target of its link. */
  files: Record<string, string>;
}

export interface Observation {
  trees: SeenTree[];
  branches: string[];
  /** The repository's own settings of git. */
  config: string[];
}

export interface Outcome {
  /** The states that the scenario noted, and the one at the end. */
  states: Observation[];
  /** What the tools answered the subagents. */
  answers: string[];
  /** Whether each tool call of the session itself failed. */
  failures: boolean[];
}

/** Plays a scenario in the client alone and in the client with the plugin. */
export async function playBoth(
  describeScenario: () => Scenario,
): Promise<{ native: Outcome; withPlugin: Outcome }> {
  return { native: await play(describeScenario(), []), withPlugin: await play(describeScenario(), [ROOT]) };
}

async function play(scenario: Scenario, plugins: string[]): Promise<Outcome> {
  const rig = new Rig();
  await rig.open();
  const { root, config, project } = rig.sandbox;
  try {
    makeRepository({ 'a.txt': 'a\n', 'src/a.ts': 'export {};\n', ...scenario.files }, project);
    const { settings = {} } = scenario;
    writeFileSync(join(config, 'settings.json'), JSON.stringify({ worktree: settings }));
    scenario.prepare?.({ project, root });
    const served = await rig.serve(scenario.script);
    const cwd = scenario.cwd?.(root) ?? project;
    const options = {
      ...served,
      plugins,
      sandbox: { ...rig.sandbox, project: cwd },
      args: ['--dangerously-skip-permissions', ...(scenario.args ?? [])],
    };
    const states: Observation[] = [];
    const note = () => void states.push(observe(project, names()));
    const names = () => renameIds(root, rig.api.calls);
    await (scenario.run ?? playOnce)({ project, root, options, api: rig.api, note });
    note();
    return { states, ...readResults(rig.api.calls, names()) };
  } finally {
    await rig.close();
  }
}

async function playOnce({ options }: Side): Promise<void> {
  await runClient('Go', options);
}

type Rename = (text: string) => string;

function renameIds(root: string, calls: readonly Call[]): Rename {
  const tasks = new Map(
    calls.flatMap(({ agentId, task }) => (agentId === undefined ? [] : [[agentId, task]])),
  );
  return (text) =>
    [...tasks]
      .reduce((done, [id, task]) => done.replaceAll(id, task), text.replaceAll(root, ''))
      .replace(/pid \d+ start \d+/, 'pid PID');
}

function observe(project: string, rename: Rename): Observation {
  const listed = parseWorktreeList(git(project, 'worktree', 'list', '--porcelain', '-z'));
  const trees = listed.map(({ place, branch, head = '', locked }) => ({
    place: rename(place),
    branch: branch === undefined ? undefined : rename(branch),
    subject: git(project, 'log', '-1', '--format=%s', head),
    lock: locked === undefined ? undefined : rename(locked),
    files: readFiles(place),
  }));
  const branches = git(project, 'for-each-ref', '--format=%(refname:lstrip=2) %(subject)', 'refs/heads');
  return {
    trees: trees.sort((a, b) => (a.place < b.place ? -1 : 1)),
    branches: rename(branches).split('\n').sort(),
    config: rename(git(project, 'config', '--local', '--list'))
      .split('\n')
      .sort(),
  };
}

function readFiles(top: string, folder = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(top, folder)).sort()) {
    const path = join(folder, name);
    if (path === '.git' || path === '.claude/worktrees') continue;
    const stat = lstatSync(join(top, path));
    if (stat.isSymbolicLink())
      found[path] = `-> ${readlinkSync(join(top, path)).replace(/^.*\/project\//, '')}`;
    else if (stat.isDirectory()) Object.assign(found, readFiles(top, path));
    else found[path] = readFileSync(join(top, path), 'utf8');
  }
  return found;
}

function readResults(calls: readonly Call[], rename: Rename): Pick<Outcome, 'answers' | 'failures'> {
  const of = (isAgent: boolean) =>
    calls.filter(({ agentId }) => (agentId !== undefined) === isAgent).flatMap(({ results }) => results);
  return {
    // Agents that run at the same time answer in any order.
    answers: of(true)
      .map(({ text }) => rename(text))
      .sort(),
    failures: of(false).map(({ isError }) => isError),
  };
}
