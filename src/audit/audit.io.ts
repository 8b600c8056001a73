import { rmSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Carried, carryOut, type Surroundings } from '../headless/carry-out.io.ts';
import type { Schedule } from '../headless/schedule.ts';
import { decideUnderLock } from '../run/dispatch/snapshot.io.ts';
import { beginRun } from '../run/ledger/begin.io.ts';
import type { Driver, Plan, PlannedAgent } from '../run/ledger/manifest.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import { unbindRun } from '../run/ledger/sessions.io.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { acceptPlan } from '../run/plan/accept.io.ts';
import { assemblePlan } from '../run/plan/assemble.ts';
import type { PlanInput } from '../run/plan/plan.schema.ts';
import { loadTemplate } from '../run/prompt/templates.io.ts';
import { finishRun } from '../run/report/finish.io.ts';
import type { Report } from '../run/report/report.ts';
import { readTree } from '../source/tree.io.ts';
import { accept, type Result, reject, unwrap, warn } from '../system/result.ts';
import { DOMAINS } from './check/domains.ts';
import { CHECKS } from './checks/catalog.io.ts';
import { planChecks, planThemes, selectItems } from './plan.ts';
import { readThemes } from './themes.ts';

export interface AuditOrder {
  path: string;
  only: readonly string[];
  /** Without one, built-in checks alone. */
  driver: Extract<Driver, 'claude' | 'command'> | undefined;
  template: readonly string[] | undefined;
  schedule: Schedule | undefined;
  maxCostUsd: number | undefined;
}

export interface Audited {
  report: Report;
  /** Names of the report's files in the run's folder. */
  files: string[];
  carried: Carried;
}

/** Makes a run of the built-in plan, carries it out and writes its report. */
export async function auditProject(
  order: AuditOrder,
  choice: RootChoice,
  around: Surroundings,
): Promise<Result<Audited>> {
  const project = resolve(around.cwd, order.path);
  if (!statSync(project, { throwIfNoEntry: false })?.isDirectory()) return noFolder(project);
  // Refused once and at once, rather than by each check for itself.
  const tree = await readTree(project);
  if (!tree.ok) return tree;
  const input = planAudit(order.driver ? 'agents' : 'checks', order.only);
  if (!input.ok) return input;
  const begun = beginAudit(input.value, { ...order, project }, choice, around.now());
  if (!begun.ok) return begun;
  const { dir } = begun.value;
  // Built-in checks do not wait for each other.
  const schedule = order.schedule ?? (order.driver ? 'waves' : 'rolling');
  const carried = await carryOut({ ...order, schedule, dir, engineOnly: false, isBuiltIn: true }, around);
  if (!carried.ok) {
    // Where a program is missing nothing was dispatched, and nobody knows the run: it must not stand there as unfinished.
    if (carried.diagnostics.some(({ code }) => code.endsWith('-missing')))
      rmSync(dir, { recursive: true, force: true });
    unbindRun(dirname(dir), dir);
    return carried;
  }
  const now = around.now();
  const { report, files } = decideUnderLock(dir, now, (snapshot) => finishRun(snapshot, now));
  if (carried.value.complete) unbindRun(dirname(dir), dir);
  const advice = tree.value.files.length > 0 ? [] : [noFiles(project)];
  return accept({ report, files, carried: carried.value }, [...begun.diagnostics, ...advice]);
}

function noFiles(path: string) {
  return warn('audit-no-files', `there is no file to look at in ${path}`, { target: path });
}

function noFolder(path: string) {
  return reject({
    code: 'audit-path-missing',
    message: `there is no folder ${path}`,
    target: path,
    fix: 'sao audit .',
  });
}

/** The built-in plan, looked into by agents or by the checks of the engine. */
function planAudit(who: 'agents' | 'checks', only: readonly string[]): Result<PlanInput> {
  const items = selectItems(who === 'agents' ? themes() : checks(), only);
  if (!items.ok) return items;
  return accept(who === 'agents' ? planThemes(items.value) : planChecks(items.value));
}

/** The built-in plan of all there is: the engine's checks and, where there are agents, what they look into beside them. */
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
const checks = () => CHECKS.map((check) => ({ ...check, name: nameOf(check.id) }));

/** Makes a run of a built-in plan; nothing is started yet. `tree`: a worktree of a run that is looked at. */
export function beginAudit(
  input: PlanInput,
  { project, driver, tree }: { project: string; driver: Driver | undefined; tree?: string },
  choice: RootChoice,
  now: Date,
): Result<{ run: string; dir: string }> {
  const begun = beginRun({ task: `Audit of ${basename(project)}`, project, driver }, choice, now);
  if (begun.ok) acceptBuiltIn(begun.value.dir, input, tree, now);
  return begun;
}

// Its advice on the number of domains and workers is for those who write plans.
function acceptBuiltIn(dir: string, input: PlanInput, tree: string | undefined, now: Date): void {
  const manifest = unwrap(readManifest(dir));
  const plan = unwrap(assemblePlan(input, manifest, () => []));
  unwrap(acceptPlan(dir, manifest, tree === undefined ? plan : inTree(plan, tree), now));
}

/** A session stands elsewhere: its agents start in the worktree that they look at, and change nothing there. */
function inTree(plan: Plan, tree: string): Plan {
  const place = (agent: PlannedAgent) => (agent.kind === 'agent' ? { ...agent, tree, writes: [] } : agent);
  return { ...plan, agents: plan.agents.map(place) };
}

/** `Dependency advisories`: a name says what is looked at, never what comes out. */
function nameOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
