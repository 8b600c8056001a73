import type { Model } from '../run/ledger/manifest.ts';
import type { PlanInput } from '../run/plan/plan.schema.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { DOMAINS, type DomainId } from './check/domains.ts';

/** One worker of an audit: a built-in check, or a theme that an agent looks into. */
export interface AuditItem {
  id: string;
  domain: DomainId;
  /** For people. */
  name: string;
  task: string;
  model?: Model;
}

/** The plan of built-in checks: each is a command worker that this very `sao` carries out. */
export function planChecks(items: readonly AuditItem[]): PlanInput {
  return planDomains(items, ({ id, name, task }) => ({ id, name, task, run: `sao check ${id} .` }));
}

/** The same domains, looked into by agents. */
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

/** Those that `--only` names, by domain or by their own id; all of them where it names none. */
export function selectItems(items: readonly AuditItem[], only: readonly string[]): Result<AuditItem[]> {
  const names = new Set(items.flatMap(({ id, domain }) => [id, domain]));
  const unknown = only.find((name) => !names.has(name));
  if (unknown !== undefined) {
    return reject({
      code: 'audit-only-unknown',
      message: `--only: there is no domain or check "${unknown}"`,
      target: '--only',
      fix: `use some of: ${[...names].sort().join(', ')}`,
    });
  }
  return accept(
    items.filter(({ id, domain }) => only.length === 0 || only.includes(id) || only.includes(domain)),
  );
}
