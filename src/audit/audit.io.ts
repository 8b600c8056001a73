import { rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { TOOL_NAMES, type ToolName } from '../findings/tool-names.ts';
import {
  type HeadlessContext,
  type HeadlessResult,
  type Order,
  runHeadless,
} from '../headless/run-headless.io.ts';
import type { Schedule } from '../headless/schedule.ts';
import { decideUnderLock } from '../run/dispatch/snapshot.io.ts';
import { beginRun } from '../run/ledger/begin.io.ts';
import { markersOf } from '../run/ledger/locate.io.ts';
import type { Driver, Plan, PlannedAgent } from '../run/ledger/manifest.ts';
import type { ProjectConfig } from '../run/ledger/project-config.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import { unbindRun } from '../run/ledger/sessions.io.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { acceptPlan } from '../run/plan/accept.io.ts';
import { assemblePlan } from '../run/plan/assemble.ts';
import type { PlanInput } from '../run/plan/plan.schema.ts';
import { loadTemplate } from '../run/prompt/templates.io.ts';
import { type AuditScope, SCOPE_FILE } from '../run/report/audit-scope.ts';
import { finishRun } from '../run/report/finish.io.ts';
import type { Report } from '../run/report/report.ts';
import { readTree } from '../source/tree.io.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { accept, type Diagnostic, type Result, reject, unwrap } from '../system/result.ts';
import { DOMAINS } from './check/domains.ts';
import { CHECKS } from './checks/catalog.io.ts';
import {
  type AuditItem,
  planChecks,
  planThemes,
  planThemesWithChecks,
  selectItems,
  type ToolSettings,
} from './plan.ts';
import { readThemes } from './themes.ts';
import { examineTools } from './tools/list-tools.io.ts';
import { selectTools, type ToolChoice, type ToolState } from './tools/select-tools.ts';
import { toolNamed } from './tools/tool-table.ts';

export interface AuditOrder extends Pick<Order, 'template' | 'maxCostUsd' | 'onLimit' | 'mcp'> {
  path: string;
  only: readonly string[];
  skip: readonly string[];
  tools: ToolChoice;
  toolSettings: ToolSettings;
  timeouts: ProjectConfig['timeouts'];
  /** What the report leaves out. */
  scope: AuditScope;
  /** Starts the agents; undefined: only the built-in checks run. */
  driver: Extract<Driver, 'claude' | 'command'> | undefined;
  schedule: Schedule | undefined;
}

export interface Audited {
  report: Report;
  /** Names of the report's files in the run's folder. */
  files: string[];
  carried: HeadlessResult;
}

/** Creates a run from the built-in plan, runs its agents or checks, and writes the report. */
export async function auditProject(
  order: AuditOrder,
  choice: RootChoice,
  around: HeadlessContext,
): Promise<Result<Audited>> {
  const project = resolve(around.cwd, order.path);
  if (!statSync(project, { throwIfNoEntry: false })?.isDirectory()) return noFolder(project);
  // Reading the tree here reports a bad path once instead of once per check.
  const tree = await readTree(project);
  if (!tree.ok) return tree;
  if (tree.value.files.length === 0) return noFiles(project);
  const place = { project, env: around.env, allowsProjectCode: order.toolSettings.allowsProjectCode };
  const states = examineTools(tree.value, place);
  const tools = selectTools(order.tools, states);
  const input = planAudit(order.driver ? 'agents' : 'checks', order, tools);
  if (!input.ok) return input;
  const begun = beginAudit(input.value, { ...order, project }, choice, around.now());
  if (!begun.ok) return begun;
  const { dir } = begun.value;
  writeAtomic(join(dir, SCOPE_FILE), `${JSON.stringify(order.scope)}\n`, { durable: false });
  // Built-in checks have no dependencies on each other, so they need no waves.
  const schedule = order.schedule ?? (order.driver ? 'waves' : 'rolling');
  const carried = await runHeadless({ ...order, schedule, dir, engineOnly: false, isBuiltIn: true }, around);
  if (!carried.ok) {
    // If a program is missing, nothing was dispatched; without its folder the run is not listed as unfinished.
    if (carried.diagnostics.some(({ code }) => code.endsWith('-missing')))
      rmSync(dir, { recursive: true, force: true });
    unbindRun(markersOf(dir, around), dir);
    return carried;
  }
  const now = around.now();
  const { report, files } = decideUnderLock(dir, now, (snapshot) => finishRun(snapshot, now));
  if (carried.value.complete) unbindRun(markersOf(dir, around), dir);
  return accept({ report, files, carried: carried.value }, [
    ...begun.diagnostics,
    ...hintConsent(order.tools, states),
  ]);
}

// A tool that was left out for want of consent is named, because its findings are missing.
function hintConsent(choice: ToolChoice, states: ReadonlyMap<ToolName, ToolState>): Diagnostic[] {
  const refused = TOOL_NAMES.filter((name) => states.get(name) === 'needs-consent');
  if (choice !== 'auto' || refused.length === 0) return [];
  const message = `${refused.join(' and ')} did not run: the configuration is code of this project, which would be started`;
  return [{ severity: 'info', code: 'audit-tool-consent', message, fix: 'sao audit . --project-code' }];
}

function noFiles(path: string) {
  return reject({
    code: 'audit-no-files',
    message: `${path} contains no files that git does not ignore, so there is nothing to audit`,
    target: path,
    fix: 'name another folder: `sao audit PATH`',
  });
}

function noFolder(path: string) {
  return reject({
    code: 'audit-path-missing',
    message: `there is no folder ${path}`,
    target: path,
    fix: 'sao audit .',
  });
}

// The built-in plan, for agents or for the engine's checks and tools.
function planAudit(
  who: 'agents' | 'checks',
  { only, skip, toolSettings }: Pick<AuditOrder, 'only' | 'skip' | 'toolSettings'>,
  names: readonly ToolName[],
): Result<PlanInput> {
  if (who === 'agents') {
    const commands = [...checks(names), ...names.map(itemOfTool)];
    const items = selectItems(themes(), only, skip, [...TOOL_NAMES, ...CHECKS.map(({ id }) => id)]);
    if (!items.ok) return items;
    const kept = commands.filter(
      ({ id, domain }) => !skip.includes(id) && items.value.some((theme) => theme.domain === domain),
    );
    return accept(
      planThemesWithChecks(items.value, kept, loadTemplate('audit/tool-findings').body, toolSettings),
    );
  }
  const items = selectItems([...checks(names), ...names.map(itemOfTool)], only, skip, TOOL_NAMES);
  return items.ok ? accept(planChecks(items.value, toolSettings)) : items;
}

function itemOfTool(name: ToolName): AuditItem {
  const { id, domain, finds } = toolNamed(name);
  return { id, domain, name: id, task: `Run ${id}: find ${finds}`, isTool: true };
}

/** Returns the plan of a hardening phase: all built-in checks, and with `agents` also all themes in the same domains. */
export function planHardening(who: 'agents' | 'checks'): PlanInput {
  const checked = planChecks(checks());
  if (who === 'checks') return checked;
  const looked = planThemes(themes());
  const workersOf = (id: string) => looked.domains.find((domain) => domain.id === id)?.workers ?? [];
  const domains = checked.domains.map((domain) => ({
    ...domain,
    workers: [...domain.workers, ...workersOf(domain.id)],
  }));
  return { version: 1, domains };
}

const themes = () => DOMAINS.flatMap(({ id }) => readThemes(id, loadTemplate(`audit/${id}`).body));
// osv-scanner reads all lock files itself, so the check that asks one tool for each kind is left out.
const checks = (tools: readonly ToolName[] = []) =>
  CHECKS.filter(({ id }) => id !== 'dependency-advisories' || !tools.includes('osv-scanner')).map(
    (check) => ({
      ...check,
      name: nameOf(check.id),
    }),
  );

interface AuditPlace {
  project: string;
  driver: Driver | undefined;
  /** Seconds that one attempt of an agent may take, by role. */
  timeouts: ProjectConfig['timeouts'];
  /** The worktree that the agents audit. */
  tree?: string | undefined;
  /** The build's run directory. */
  beside?: string | undefined;
}

/** Creates a run from a built-in plan without starting agents. */
export function beginAudit(
  input: PlanInput,
  { project, driver, timeouts, tree, beside }: AuditPlace,
  choice: RootChoice,
  now: Date,
): Result<{ run: string; dir: string }> {
  const begun = beginRun({ task: `Audit of ${basename(project)}`, project, driver, beside }, choice, now);
  if (begun.ok) acceptBuiltIn(begun.value.dir, input, { timeouts, tree }, now);
  return begun;
}

// Warnings about the number of domains and workers address plan authors, so the built-in plan drops them.
function acceptBuiltIn(
  dir: string,
  input: PlanInput,
  { timeouts, tree }: Pick<AuditPlace, 'timeouts' | 'tree'>,
  now: Date,
): void {
  const manifest = unwrap(readManifest(dir));
  const plan = unwrap(assemblePlan(input, { ...manifest, timeouts }, () => []));
  unwrap(acceptPlan(dir, manifest, tree === undefined ? plan : inTree(plan, tree), now));
}

// The session runs in another folder; the agents start in the worktree that they audit and may not write to it.
function inTree(plan: Plan, tree: string): Plan {
  const place = (agent: PlannedAgent) => (agent.kind === 'agent' ? { ...agent, tree, writes: [] } : agent);
  return { ...plan, agents: plan.agents.map(place) };
}

// `dependency-advisories` becomes `Dependency advisories`.
function nameOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
