import type { Model } from '../run/ledger/manifest.ts';
import type { PlanInput } from '../run/plan/plan.schema.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { DOMAINS, type DomainId } from './check/domains.ts';

/** One worker of an audit: a built-in check, or a theme that an agent examines. */
export interface AuditItem {
  id: string;
  domain: DomainId;
  /** Display name. */
  name: string;
  task: string;
  model?: Model;
  /** Whether it is a tool of its own and no built-in check. */
  isTool?: boolean;
}

/** How the tools of an audit are started. */
export interface ToolSettings {
  allowsProjectCode: boolean;
  /** Seconds. */
  timeout: number;
}

/** Returns the plan of built-in checks and tools; each is a command worker that runs `sao check` or `sao tool`. */
export function planChecks(items: readonly AuditItem[], tools?: ToolSettings): PlanInput {
  return planDomains(items, (item) => planCommand(item, tools));
}

/** Seconds that a worker has beyond the timeout of its tool, to read the report. */
const READING_TIME = 60;

function planCommand(
  { id, name, task, isTool }: AuditItem,
  tools?: ToolSettings,
): PlanInput['domains'][number]['workers'][number] {
  if (!isTool) return { id, name, task, run: `sao check ${id} .` };
  const { allowsProjectCode, timeout } = tools ?? { allowsProjectCode: false, timeout: 600 };
  const flags = allowsProjectCode ? ' --project-code' : '';
  return {
    id,
    name,
    task,
    run: `sao tool ${id} . --timeout ${timeout}${flags}`,
    timeout: timeout + READING_TIME,
  };
}

/** Returns the plan of themes, with one agent per theme. */
export function planThemes(items: readonly AuditItem[]): PlanInput {
  return planDomains(items, ({ domain, id, name, task, model }) => ({
    id: `${domain}-${id}`,
    name,
    task,
    ...(model ? { model } : {}),
  }));
}

/** The domain of the checks and tools beside agents; a digest of the engine brings them together, without a model. */
export const CHECKS_DOMAIN = 'checks';

/**
 * Returns a plan in which checks and tools run first, and agents then examine the themes with the results for their domain. `note`: a text with
 * `{files}`, which tells an agent what to do with them.
 */
export function planThemesWithChecks(
  themes: readonly AuditItem[],
  commands: readonly AuditItem[],
  note: string,
  tools?: ToolSettings,
): PlanInput {
  if (commands.length === 0) return planThemes(themes);
  const filesOf = (domain: string) =>
    commands.filter((item) => item.domain === domain).map(({ id }) => `\`${id}.md\``);
  const noteFor = (domain: string) =>
    note.replaceAll(/\s+/g, ' ').trim().replace('{files}', filesOf(domain).join(', '));
  const informed = themes.map((theme) =>
    filesOf(theme.domain).length === 0 ? theme : { ...theme, task: `${theme.task} ${noteFor(theme.domain)}` },
  );
  const planned = planThemes(informed);
  const domains = planned.domains.map((domain) => ({
    ...domain,
    workers: domain.workers.map((worker) => ({ ...worker, after: [CHECKS_DOMAIN] })),
  }));
  const workers = commands.map((item) => planCommand(item, tools));
  return { version: 1, domains: [{ id: CHECKS_DOMAIN, name: 'Checks and tools', workers }, ...domains] };
}

function planDomains(
  items: readonly AuditItem[],
  workerOf: (item: AuditItem) => PlanInput['domains'][number]['workers'][number],
): PlanInput {
  const domains = DOMAINS.map(({ id, name }) => ({
    id,
    name,
    workers: items.filter(({ domain }) => domain === id).map(workerOf),
  }));
  return { version: 1, domains: domains.filter(({ workers }) => workers.length > 0) };
}

/**
 * Selects the items whose id or domain is in `only`, or all items if `only` is empty, and leaves out those in `skip`; rejects an unknown name, and a
 * selection of nothing. `known`: further names that are valid, of items that cannot run here.
 */
export function selectItems(
  items: readonly AuditItem[],
  only: readonly string[],
  skip: readonly string[] = [],
  known: readonly string[] = [],
): Result<AuditItem[]> {
  const names = new Set([...items.flatMap(({ id, domain }) => [id, domain]), ...known]);
  for (const [option, given] of [['--only', only] as const, ['--skip', skip] as const]) {
    const unknown = given.find((name) => !names.has(name));
    if (unknown !== undefined) return rejectName(option, unknown, names);
  }
  const isNamed = ({ id, domain }: AuditItem, list: readonly string[]) =>
    list.includes(id) || list.includes(domain);
  const chosen = items.filter((item) => (only.length === 0 || isNamed(item, only)) && !isNamed(item, skip));
  return chosen.length > 0 || items.length === 0 ? accept(chosen) : rejectNothing();
}

function rejectName(option: '--only' | '--skip', unknown: string, names: ReadonlySet<string>): Result<never> {
  return reject({
    code: option === '--only' ? 'audit-only-unknown' : 'audit-skip-unknown',
    message: `${option}: "${unknown}" is not a domain, check or tool`,
    target: option,
    fix: `use one or more of: ${[...names].sort().join(', ')}`,
  });
}

function rejectNothing(): Result<never> {
  return reject({
    code: 'audit-nothing-selected',
    message: 'the options select no check and no tool that can run here, so there is nothing to do',
    target: '--only',
    fix: 'name a domain or check that is not skipped, or a tool that `sao audit --list-tools` shows as installed',
  });
}
