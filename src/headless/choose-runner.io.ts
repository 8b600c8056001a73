import { isSettled, standingOf } from '../run/dispatch/standing.ts';
import { parseCommand, quoteCommand } from '../system/command-line.ts';
import { packageRoot } from '../system/package-root.ts';
import { findProgram } from '../system/process/find-program.ts';
import { pathOfEngine } from '../system/process/program-folders.ts';
import { accept, type Result } from '../system/result.ts';
import { type AgentRunner, createProgramRunner } from './agent-runner.ts';
import type { RunCaller } from './approval.ts';
import { createClaudeRunner } from './claude.ts';
import type { LiveRun } from './live-run.io.ts';
import { runErrors, runTexts } from './wording.ts';

/** The options that choose the runner. */
export interface RunnerOptions {
  driver: 'claude' | 'command' | undefined;
  /** Program and arguments for the driver `command`. */
  template: readonly string[] | undefined;
  /** The remembered program of the driver `command`, from the user's own configuration. */
  program?: string | undefined;
  /** Only command workers and digests. */
  engineOnly: boolean;
  /** Whether agents get the user's MCP servers. */
  mcp: boolean;
  /** The bound of the cost in USD. */
  maxCostUsd: number | undefined;
}

/** The place of the call; `note` prints a line for the user. */
interface RunnerSurroundings {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  note(line: string): void;
}

/** Creates the runner for the remaining agents with a model; undefined if there are none. */
export function chooseAgentRunner(
  choice: RunnerOptions,
  live: LiveRun,
  asker: RunCaller,
  around: RunnerSurroundings,
): Result<AgentRunner | undefined> {
  const { manifest, plan, snapshot } = live;
  const open = plan.agents.filter(
    (agent) => agent.kind === 'agent' && !isSettled(standingOf(snapshot, agent)),
  ).length;
  if (choice.engineOnly || open === 0) return accept(undefined);
  const driver = choice.driver ?? manifest.driver;
  if (driver === null) return runErrors.noDriver(manifest.id, open);
  if (driver === 'claude') return chooseClaude(around, choice.mcp, asker);
  if (driver === 'command' && choice.maxCostUsd !== undefined) return runErrors.costUnknown();
  if (driver === 'command') {
    const template = chosenProgram(choice);
    return template.ok ? chooseTemplate(template.value, manifest.id, asker, around) : template;
  }
  return runErrors.wrongDriver(driver);
}

/** The program of this call or else the remembered one. */
function chosenProgram({ template, program }: RunnerOptions): Result<readonly string[] | undefined> {
  if (template !== undefined || program === undefined) return accept(template);
  return parseCommand(program, 'program in ~/.config/sao/config.json');
}

function chooseClaude(
  around: RunnerSurroundings,
  allowsMcp: boolean,
  { isSession, isAgent }: RunCaller,
): Result<AgentRunner> {
  const given = around.env.SAO_CLAUDE;
  // A model chooses the variables of the calls that it makes.
  const isOfModel = isSession || isAgent;
  if (given && isOfModel) around.note(runTexts.programIgnored(given));
  const name = (!isOfModel && given) || 'claude';
  const { cwd, env } = around;
  // Its version is asked outside of the sandbox.
  const file = findProgram(name, { cwd, env: { PATH: pathOfEngine(env.PATH) } });
  return file === undefined
    ? runErrors.noProgram(name, true)
    : accept(createClaudeRunner(file, packageRoot(), allowsMcp));
}

function chooseTemplate(
  template: readonly string[] | undefined,
  run: string,
  asker: RunCaller,
  around: Parameters<typeof findProgram>[1],
): Result<AgentRunner> {
  const [name, ...args] = template ?? [];
  if (template === undefined || name === undefined) return runErrors.noTemplate();
  const line = quoteCommand(template);
  // A model that may call `sao` must not be able to start any program through it.
  if ((asker.isSession || asker.isAgent) && !asker.allowed.includes(line))
    return runErrors.notApproved(run, [line]);
  const file = findProgram(name, around);
  return file === undefined ? runErrors.noProgram(name, false) : accept(createProgramRunner([file, ...args]));
}
