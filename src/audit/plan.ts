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
}

/** Returns the plan of built-in checks; each is a command worker that runs `sao check`. */
export function planChecks(items: readonly AuditItem[]): PlanInput {
  return planDomains(items, ({ id, name, task }) => ({ id, name, task, run: `sao check ${id} .` }));
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

/** Selects the items whose id or domain is in `only`, or all items if `only` is empty; rejects an unknown name. */
export function selectItems(items: readonly AuditItem[], only: readonly string[]): Result<AuditItem[]> {
  const names = new Set(items.flatMap(({ id, domain }) => [id, domain]));
  const unknown = only.find((name) => !names.has(name));
  if (unknown !== undefined) {
    return reject({
      code: 'audit-only-unknown',
      message: `--only: "${unknown}" is not a domain or check`,
      target: '--only',
      fix: `use one or more of: ${[...names].sort().join(', ')}`,
    });
  }
  return accept(
    items.filter(({ id, domain }) => only.length === 0 || only.includes(id) || only.includes(domain)),
  );
}
