import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { countOf } from '../findings/words.ts';
import { formatPrice, priceAgents } from '../run/cost/price-agents.ts';
import { foreseeBudget } from '../run/dispatch/forecast-budget.ts';
import type { SessionDriver } from '../run/dispatch/next.ts';
import { availableRunners, sessionRunnerOf } from '../run/dispatch/runner-choice.io.ts';
import { checkTask, makeRun, prepareRun, UNNAMED_TASK } from '../run/ledger/begin.io.ts';
import { configPath, readUserConfig } from '../run/ledger/config.io.ts';
import { coordinatorsOf, countWaves, type Manifest, type Plan, workersOf } from '../run/ledger/manifest.ts';
import { readProjectConfig } from '../run/ledger/project-config.io.ts';
import { sessionOf } from '../run/ledger/sessions.io.ts';
import { emptyState } from '../run/ledger/state.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { acceptPlan } from '../run/plan/accept.io.ts';
import { commandsOf } from '../run/plan/approve.ts';
import { assemblePlan } from '../run/plan/assemble.ts';
import { decodePlan, MAX_PLAN_BYTES } from '../run/plan/decode-plan.ts';
import { renderDomainLines, summarizeDomains } from '../run/plan/domain-lines.ts';
import type { Estimate } from '../run/plan/estimate.ts';
import { meanUse } from '../run/plan/experience.io.ts';
import { matchIn } from '../run/plan/globs.io.ts';
import type { PlanInput } from '../run/plan/plan.schema.ts';
import { readPlan } from '../run/plan/read-plan.ts';
import { renderPlanTable } from '../run/plan/table.ts';
import { chooseSandbox, readSandboxSetting } from '../run/sandbox/open-confinement.io.ts';
import { startsInAutoMode } from '../system/client/settings.io.ts';
import { quoteCommand } from '../system/command-line.ts';
import { readBoundedBytes } from '../system/files/bounded.ts';
import { describeFileError, systemErrorCode } from '../system/files/file-error.ts';
import { accept, type Diagnostic, type Result, reject, warn } from '../system/result.ts';
import { type Context, defineCommand } from './command.ts';
import { ANY_RUN, findRun, rootChoice, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'plan',
  example: 'sao plan --new plan.json',
  arguments: [
    ANY_RUN,
    { name: '[file]', description: 'read the plan from this JSON file, or from standard input (-)' },
  ],
  options: [
    {
      flags: '--new',
      description: 'first create a run, with the task that the plan names; the only argument is the file',
    },
    { flags: '--project <dir>', description: 'with --new: set the project of the run' },
  ],
  details: `A plan: {"version": 1, "domains": [{"id": "security", "workers": [
  {"task": "Find injection vectors", "scope": "src/http/**", "model": "opus"},
  {"each": "packages/*", "task": "Check {item} for unsafe defaults"},
  {"run": "npm audit --json", "task": "Known vulnerabilities"}]}]}
docs/plan-format.md describes every key.`,
  schema: z.object({
    run: z.string().optional(),
    file: z.string().optional(),
    new: z.boolean().optional(),
    project: z.string().optional(),
    ...runsDirOption,
  }),
  async handler(input, context) {
    const isRun = rejectFileAsRun(input, context);
    if (!isRun.ok) return isRun;
    const text = await readPlanText((input.new ? input.run : input.file) ?? '-', context);
    if (!text.ok) return text;
    const given = readPlan(text.value);
    if (!given.ok) return given;
    const place = placeOf(input, given.value, context);
    if (!place.ok) return place;
    const { manifest, dir: planned, open } = place.value;
    const config = readProjectConfig(manifest.project);
    if (!config.ok) return config;
    const { timeouts } = config.value;
    const plan = assemblePlan(given.value, { ...manifest, timeouts }, matchIn(manifest.project));
    if (!plan.ok) return plan;
    const affordable = checkPrice(plan.value, planned, context);
    if (!affordable.ok) return affordable;
    const forecast = forecasterOf(manifest, plan.value, context);
    if (!forecast.ok) return forecast;
    const dir = open();
    const accepted = acceptPlan(dir, manifest, plan.value, context.now());
    if (!accepted.ok) return accepted;
    const { driver, doubts } = forecast.value(accepted.value);
    const sandbox = await warnOfMissingSandbox(plan.value, manifest, context);
    const diagnostics = [...place.diagnostics, ...plan.diagnostics, ...doubts, ...sandbox];
    return accept(
      {
        data: {
          run: basename(dir),
          session: sessionOf(context.env) ?? null,
          autoMode: startsInAutoMode(context.env, manifest.project),
          dir,
          domains: summarizeDomains(plan.value),
          ...describePlan(plan.value),
          estimate: accepted.value,
          driver,
          plan: plan.value,
        },
      },
      diagnostics,
    );
  },
  render({ run, session, autoMode, dir, plan, domains, estimate, driver }, view) {
    const reviews =
      autoMode && estimate.reviews > 0
        ? ` and ${shortenCount(estimate.reviews)} for auto mode's reviews of them`
        : '';
    const summary = [
      `${run}: ${countOf(workersOf(plan).length, 'worker')} in ${countOf(countWaves(plan), 'wave')}, about ${estimate.parent[driver]} tokens of context${estimate.agents.tokens === 0 ? '' : `, ${shortenCount(estimate.agents.tokens)} for agents${reviews}, ${formatPrice(estimate.price)}`}`,
      ...renderDomainLines(domains),
    ];
    // A model shows the user these lines; it would pay for the whole table if it knew the path.
    if (session !== null && !view.terminal) return summary.join('\n');
    const next = [...summary, `Table: ${dir}/plan.md`, `To start: sao next ${run} --confirm`].join('\n');
    return view.terminal ? `${renderPlanTable(plan, view.width)}\n\n${next}` : next;
  },
});

/** Warns if programs that `sao run` starts for this plan will have no sandbox. Agents in a session are the client's. */
async function warnOfMissingSandbox(
  plan: Plan,
  { project, driver }: Manifest,
  { env }: Context,
): Promise<Diagnostic[]> {
  const startsPrograms = commandsOf(plan).length > 0 || driver === 'claude' || driver === 'command';
  const setting = startsPrograms ? readSandboxSetting(project, env) : undefined;
  if (!setting?.ok || setting.value === 'off') return [];
  const sandbox = await chooseSandbox(setting.value);
  if (sandbox.kind !== 'none') return [];
  const more = sandbox.fix === undefined ? {} : { fix: sandbox.fix };
  return [warn('sandbox-missing', `programs of this plan run without a sandbox: ${sandbox.reason}`, more)];
}

/** Formats tokens briefly, since the conversation pays for the text; the table has the basis of the estimate. */
function shortenCount(tokens: number): string {
  if (tokens < 10_000) return String(tokens);
  return tokens < 999_500 ? `${Math.round(tokens / 1000)}k` : `${(tokens / 1e6).toFixed(1)}M`;
}

interface Forecast {
  /** The driver that `sao next` will choose here. */
  driver: SessionDriver;
  doubts: Diagnostic[];
}

/** Reads what the forecast depends on before anything is written: a project's wrong configuration must leave no run behind. */
function forecasterOf(
  manifest: Manifest,
  plan: Plan,
  { env }: Context,
): Result<(estimate: Estimate) => Forecast> {
  const config = readProjectConfig(manifest.project);
  if (!config.ok) return config;
  const driver = sessionRunnerOf({ manifest, plan, state: emptyState() }, { config: config.value, env });
  const possible = availableRunners({ manifest, plan }, env);
  const budget = config.value.contextBudget;
  return accept(({ parent }) => ({
    driver,
    doubts: foreseeBudget({ run: manifest.id, driver, possible, parent, budget }),
  }));
}

interface PlanPlace {
  manifest: Manifest;
  /** Where the run lies, or will lie. */
  dir: string;
  /** The run's directory, made now where the run is new. */
  open(): string;
}

interface PlanCall {
  run?: string | undefined;
  file?: string | undefined;
  new?: boolean | undefined;
  project?: string | undefined;
  runsDir?: string | undefined;
}

/** The run that the plan is for: one that is there, or one that is made as soon as the plan is found good. */
function placeOf(input: PlanCall, plan: PlanInput, context: Context): Result<PlanPlace> {
  const choice = rootChoice(input, context);
  if (input.new) {
    const task = checkTask(plan.task ?? UNNAMED_TASK);
    if (!task.ok) return task;
    const now = context.now();
    const prepared = prepareRun({ task: task.value, project: input.project }, choice, now);
    if (!prepared.ok) return prepared;
    const { manifest } = prepared.value;
    const dir = join(prepared.value.root, manifest.id);
    return accept(
      { manifest, dir, open: () => makeRun(prepared.value, context.env, now) },
      prepared.diagnostics,
    );
  }
  const found = findRun(input, context);
  if (!found.ok) return found;
  const manifest = readManifest(found.value.dir);
  const { dir } = found.value;
  return manifest.ok
    ? accept({ manifest: manifest.value, dir, open: () => dir }, found.diagnostics)
    : manifest;
}

/** Refuses a plan whose agents are expected to cost more than the user's configuration allows, before anything is written. */
function checkPrice(plan: Plan, dir: string, { env }: Context): Result<undefined> {
  const config = readUserConfig(env);
  if (!config.ok) return config;
  const price = priceAgents(plan, meanUse(dir));
  const { maxPlanUsd } = config.value;
  if (price.usd <= maxPlanUsd) return accept(undefined);
  return reject({
    code: 'plan-too-dear',
    message: `the agents of this plan would cost about ${formatPrice(price)}; a plan may cost $${maxPlanUsd.toFixed(2)}`,
    target: 'maxPlanUsd',
    fix: `plan fewer agents or cheaper models; the user may raise "maxPlanUsd" in ${configPath(env)}`,
  });
}

/** What other programs read of a plan. */
function describePlan(plan: Plan) {
  return {
    workers: workersOf(plan).map(({ id, domain, model, modelReason, wave, kind, output }) => ({
      id,
      domain,
      model,
      modelReason,
      wave,
      kind,
      output,
    })),
    coordinators: coordinatorsOf(plan).map(({ id, domain, inputs, output }) => ({
      id,
      domain,
      inputs,
      output,
    })),
    waves: plan.waves,
  };
}

async function readPlanText(file: string, context: Context): Promise<Result<string>> {
  if (file === '-') return decodePlan(await context.readStdin(), 'standard input');
  // A plan as the argument itself: a session's shell may not let a heredoc with JSON through.
  if (file.trimStart().startsWith('{')) return accept(file);
  return readPlanDocument(resolve(context.cwd, file));
}

/** Reads a plan from a regular file. */
function readPlanDocument(path: string): Result<string> {
  try {
    const entry = statSync(path, { throwIfNoEntry: false });
    if (entry?.isFile()) return decodePlan(readBoundedBytes(path, MAX_PLAN_BYTES), path);
    return rejectPlanPath(path, entry ? `${path} is not a regular file` : `there is no file ${path}`);
  } catch (error) {
    if (systemErrorCode(error) === 'EFBIG') return rejectLargePlan(path);
    // A path that leads to no file is wrong input, not a failure of the machine.
    if (NO_FILE_CODES.has(systemErrorCode(error) ?? ''))
      return rejectPlanPath(path, `there is no file ${path.slice(0, 200)}`);
    return describeFileError(error, path, 'read the plan').failure;
  }
}

function rejectLargePlan(path: string): Result<string> {
  const message = `${path} has more than ${MAX_PLAN_BYTES} bytes`;
  const fix = 'name the JSON file of a plan; an agent reads long texts from files of the project';
  return reject({ code: 'plan-too-large', message, target: path, fix });
}

const NO_FILE_CODES = new Set(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

function rejectPlanPath(path: string, message: string): Result<string> {
  const fix = 'name a JSON file, or - for standard input';
  return reject({ code: 'plan-file-missing', message, target: path, fix });
}

/** Rejects `sao plan FILE`, which names a file where a run is expected, instead of waiting for a plan on standard input. */
function rejectFileAsRun({ run, file, new: isNew }: PlanCall, { cwd }: Context): Result<undefined> {
  if (isNew || file !== undefined || run === undefined || run === '-') return accept(undefined);
  const isFile = isRegularFile(resolve(cwd, run)) ?? /\.json$/i.test(run);
  if (!isFile) return accept(undefined);
  const message = `${run} is a file, and the first argument names a run`;
  return reject({
    code: 'plan-file-as-run',
    message,
    target: run,
    fix: `sao plan --new ${quoteCommand([run])}`,
  });
}

/** Undefined if there is no such entry, or if it cannot be examined. */
function isRegularFile(path: string): boolean | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile();
  } catch {
    return undefined;
  }
}
