import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { countOf } from '../findings/words.ts';
import { type HeadlessResult, runHeadless } from '../headless/run-headless.io.ts';
import { SCHEDULES, type Schedule } from '../headless/schedule.ts';
import { runErrors, runTexts } from '../headless/wording.ts';
import { exitCodeOfBuild, renderBuildProgress } from '../pipeline/drive/progress-text.ts';
import type { BuildProgress } from '../pipeline/drive/resume-build.io.ts';
import { formatCost } from '../run/cost/amounts.ts';
import { previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import { changeUserConfig } from '../run/ledger/config.io.ts';
import { findRepository } from '../run/ledger/project.io.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { renderBrief } from '../run/report/brief.ts';
import { collectReport } from '../run/report/collect.io.ts';
import { parseCommand } from '../system/command-line.ts';
import { warnOfNestedPrograms } from '../system/git/nested-repositories.io.ts';
import { isEnvironmentOfModel } from '../system/process/caller.ts';
import { accept, type Result } from '../system/result.ts';
import { type Context, defineCommand, type Option } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

const LIMIT_POLICIES = ['wait', 'halt', 'try'] as const;

export const RUNNER_OPTIONS: readonly Option[] = [
  {
    flags: '--driver <driver>',
    description: 'choose the runner, which starts the agents',
    choices: ['claude', 'command'],
  },
  {
    flags: '--command <program>',
    description:
      "with --driver command: start this program, which reads a prompt on stdin, such as 'codex exec -'",
  },
  {
    flags: '--schedule <schedule>',
    description:
      'run wave by wave, or start an agent as soon as a slot is free (default: waves; rolling for an audit without a runner)',
    choices: SCHEDULES,
  },
  {
    flags: '--max-cost <usd>',
    description:
      'stop dispatching before this is spent (USD): an estimate is reserved for each agent, and its client is told to end at its own cap; a client that ignores the cap spends more',
  },
  {
    flags: '--on-limit <policy>',
    description:
      'choose what a used-up limit of the account does: wait up to 6 hours for its end, halt the run, or try anyway (default: wait)',
    choices: LIMIT_POLICIES,
  },
  {
    flags: '--remember',
    description:
      'keep the program of --command in your own configuration, so that later calls need no --command; only in a terminal of your own',
  },
  { flags: '--mcp', description: "give the agents the user's MCP servers; each agent starts all of them" },
];

export const runnerSchema = z.object({
  driver: z.enum(['claude', 'command']).optional(),
  command: z.string().optional(),
  schedule: z.enum(SCHEDULES).optional(),
  maxCost: z.string().optional(),
  onLimit: z.enum(LIMIT_POLICIES).optional(),
  mcp: z.boolean().optional(),
  remember: z.boolean().optional(),
  ...runsDirOption,
});

/** Checks the options of the runner, and keeps its program if `--remember` asks for that. */
export function readRunner(
  input: z.infer<typeof runnerSchema>,
  context: Context,
): ReturnType<typeof readRunnerOptions> {
  const drive = readRunnerOptions(input);
  if (!drive.ok || !input.remember) return drive;
  if (input.command === undefined) return runErrors.rememberNothing();
  if (isEnvironmentOfModel(context.env)) return runErrors.rememberBySession();
  const kept = changeUserConfig(context.env, { program: input.command.trim() });
  if (!kept.ok) return kept;
  context.note(runTexts.program(input.command.trim(), kept.value));
  return drive;
}

/** Checks the options of the runner. `--command` without `--driver` selects the runner `command`; `maxCostUsd` is in USD. */
export function readRunnerOptions(input: z.infer<typeof runnerSchema>): Result<{
  driver: 'claude' | 'command' | undefined;
  template: string[] | undefined;
  schedule: Schedule | undefined;
  maxCostUsd: number | undefined;
  onLimit: (typeof LIMIT_POLICIES)[number];
  mcp: boolean;
}> {
  const template = input.command === undefined ? undefined : parseCommand(input.command, '--command');
  if (template && !template.ok) return template;
  const maxCostUsd = input.maxCost === undefined ? undefined : Number(input.maxCost);
  if (maxCostUsd !== undefined && !(maxCostUsd > 0)) return runErrors.wrongCost(input.maxCost ?? '');
  const { driver, schedule } = input;
  return accept({
    driver: driver ?? (template && 'command'),
    template: template?.value,
    schedule,
    maxCostUsd,
    onLimit: input.onLimit ?? 'wait',
    mcp: input.mcp ?? false,
  });
}

const runSchema = runnerSchema.extend({
  run: z.string().optional(),
  commands: z.boolean().default(false),
  unattended: z.boolean().default(false),
});

export const command = defineCommand<
  z.infer<typeof runSchema>,
  (HeadlessResult & { brief?: string }) | BuildProgress
>({
  name: 'run',
  example: 'sao run 20260101-120000-0a1b2c3d --driver claude --max-cost 5',
  arguments: [ANY_RUN],
  options: [
    ...RUNNER_OPTIONS,
    {
      flags: '--commands',
      description:
        'run only what needs no model: command workers and digests; for a build, its checks and merges',
    },
    {
      flags: '--unattended',
      description:
        "run the plan's commands without a terminal, as in a CI job; the ledger and the report say that no human approved them",
    },
  ],
  details: `Resumes a run that was stopped, also by Ctrl-C or kill -9, and never repeats finished work.
Exit codes: 0 every agent is done; 1 gaps, or halted; 130 interrupted.
Set SAO_CLAUDE if the client's program is not \`claude\`; it is ignored inside a session. Each program is started with SAO_RUN_ID, SAO_RUN_DIR, SAO_AGENT_ID, SAO_ROLE, SAO_DOMAIN or SAO_MODULE, SAO_ATTEMPT, SAO_MODEL and SAO_OUTPUT.`,
  schema: runSchema,
  async handler(input, context) {
    const drive = readRunner(input, context);
    if (!drive.ok) return drive;
    const found = findRun(input, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    // With --commands a session runs the other agents, so commands do not wait for their waves.
    const schedule = drive.value.schedule ?? (input.commands ? 'rolling' : 'waves');
    const order = {
      ...drive.value,
      schedule,
      dir,
      engineOnly: input.commands,
      isUnattended: input.unattended,
    };
    const manifest = readManifest(dir);
    if (!manifest.ok) return manifest;
    const { project } = manifest.value;
    // Agents may have made repositories, which the user's git enters afterwards.
    const warnOfMade = () => warnOfNestedPrograms(findRepository(project) ?? project);
    if (manifest.value.mode === 'build') {
      // A run that is no build starts without the modules of the stages.
      const { resumeBuild } = await import('../pipeline/drive/resume-build.io.ts');
      const { addNext } = await import('../session/next/answer.io.ts');
      const built = await resumeBuild(order, context);
      if (!built.ok) return built;
      const exit = input.commands && !built.value.interrupted ? 0 : exitCodeOfBuild(built.value);
      const data = input.commands ? await addNext(built.value, found.value.root, context) : built.value;
      return accept({ data, exit }, [...found.diagnostics, ...(await warnOfMade())]);
    }
    const carried = await runHeadless(order, context);
    if (!carried.ok) return carried;
    const data = { ...carried.value, ...addBrief(dir, carried.value, context) };
    return accept({ data, exit: exitOf(carried.value, input.commands) }, [
      ...found.diagnostics,
      ...(await warnOfMade()),
    ]);
  },
  render: (data) => ('stages' in data ? renderBuildProgress(data) : renderHeadlessResult(data)),
});

/** The exit code of a headless run. 0: all requested work is done; 1: gaps, or halted; 130: interrupted. */
export function exitOf({ interrupted, complete, counts }: HeadlessResult, engineOnly: boolean): 0 | 1 | 130 {
  if (interrupted) return 130;
  return engineOnly || (complete && counts.gaps === 0) ? 0 : 1;
}

/** On a terminal a run that is complete ends with the brief report. */
function addBrief(
  dir: string,
  { complete }: HeadlessResult,
  { stdoutIsTerminal, isJson, now }: Context,
): { brief?: string } {
  if (!complete || !stdoutIsTerminal || isJson) return {};
  return { brief: renderBrief(collectReport(previewSnapshot(dir, now()), now()), { directory: dir }) };
}

function renderHeadlessResult(data: HeadlessResult & { brief?: string }): string {
  const { run, counts, gaps, halted, complete, interrupted } = data;
  const cost = formatCost(data);
  const lines = [
    `${run}: ${counts.done} of ${counts.agents} agents done, ${countOf(counts.gaps, 'gap')}${cost === '' ? '' : `, ${cost}`}`,
  ];
  for (const { id, name, reason } of gaps)
    lines.push(`gap ${id} (${plainText(name, 60)}): ${plainText(reason, 200)}`);
  if (halted !== null) lines.push(`halted: ${plainText(halted)}; to resume: \`sao run ${run}\``);
  else if (interrupted) lines.push(`interrupted; to resume: \`sao run ${run}\` with the same options`);
  if (data.brief !== undefined) lines.push('', data.brief);
  lines.push(complete ? `next: sao report ${run}` : `next: sao next ${run}`);
  return lines.join('\n');
}
