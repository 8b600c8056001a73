import type { PlannedAgent, Role } from '../run/ledger/manifest.ts';
import { quoteName } from '../run/ledger/names.ts';
import type { Problem } from '../system/result.ts';
import { type ContractFiles, interfaceFileOf, parseDecisionPath, SHARED_TYPES } from './contract-files.ts';
import type { Lock } from './locks.ts';

/**
 * The author of a change: an agent with its domains, the master (the architect, the engine, or the session that drives
 * it), or a human.
 */
export type Actor =
  | { kind: 'agent'; domains: readonly string[] }
  | { kind: 'master'; withHuman: boolean }
  | { kind: 'human' };

/** The author whose changes only a human reviews, at the contract's gate: the architect, or a human who edited it. */
export const MASTER_AT_GATE: Actor = { kind: 'master', withHuman: true };

export function actorOf({ role, module, domain }: Pick<PlannedAgent, 'role' | 'module' | 'domain'>): Actor {
  if (role === 'architect') return MASTER_AT_GATE;
  return {
    kind: 'agent',
    domains: [role, domain, ...(module === undefined ? [] : [module, `${role}-${module}`])],
  };
}

/** unlocked: any agent; locked: its domain, master, human; critical: master with the human only. */
export function mayChange(
  { lock_level, locked_by }: Pick<Lock, 'lock_level' | 'locked_by'>,
  actor: Actor,
): boolean {
  if (lock_level === 'unlocked') return true;
  if (lock_level === 'critical') return actor.kind === 'master' && actor.withHuman;
  return actor.kind !== 'agent' || actor.domains.includes(locked_by);
}

/** Roles that may not change the contract, regardless of its locks: the role works on one module only, or no gate follows its stage. */
const WITHOUT_CONTRACT: readonly Role[] = ['builder', 'qc', 'curator'];

/**
 * Returns whether an agent may write a page of an approved contract, by the lock on that page. Only the architect may write a page
 * without a lock, and the file with all locks.
 */
export function mayWritePage(
  agent: Pick<PlannedAgent, 'role' | 'module' | 'domain'>,
  lock: Pick<Lock, 'lock_level' | 'locked_by'> | undefined,
): boolean {
  if (agent.role === 'architect') return true;
  return lock !== undefined && !WITHOUT_CONTRACT.includes(agent.role) && mayChange(lock, actorOf(agent));
}

/** The parts of a contract that locks concern: the locks and the pages that they protect. */
export interface LockedContract {
  locks: readonly Lock[];
  files: ContractFiles;
}

/**
 * Finds the changes that their author had no right to make. A change of a lock requires the right under the old and the new lock, so that
 * an agent cannot transfer a lock that it may not change. A change of a lock's page requires the right under the old lock.
 */
export function lockFaults(before: LockedContract, after: LockedContract, actor: Actor): Problem[] {
  return [...changedLocks(before.locks, after.locks, actor), ...changedPages(before, after, actor)];
}

function changedLocks(before: readonly Lock[], after: readonly Lock[], actor: Actor): Problem[] {
  const old = byKey(before);
  const now = byKey(after);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const was = old.get(key);
    const is = now.get(key);
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const barred = [was, is].find((lock) => lock !== undefined && !mayChange(lock, actor));
    const how = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return barred ? [noRight(barred, `the lock ${key} was ${how}`, key)] : [];
  });
}

function changedPages(before: LockedContract, after: LockedContract, actor: Actor): Problem[] {
  return before.locks
    .filter((lock) => !mayChange(lock, actor))
    .flatMap((lock) =>
      pagesOf(lock, before.files, after.files)
        .filter((page) => before.files.get(page) !== after.files.get(page))
        .map((page) => noRight(lock, `${page} was changed`, page)),
    );
}

/** The pages that a lock protects in these contracts: the page of its interface, or the decisions with its name. */
export function pagesOf(
  { kind, name }: Pick<Lock, 'kind' | 'name'>,
  ...contracts: ContractFiles[]
): string[] {
  if (kind === 'interface') return [name === SHARED ? SHARED_TYPES : interfaceFileOf(name)];
  const paths = new Set(contracts.flatMap((files) => [...files.keys()]));
  return [...paths].filter((path) => parseDecisionPath(path)?.topic === name).sort();
}

const SHARED = 'shared-types';

function noRight({ lock_level, locked_by }: Lock, what: string, target: string): Problem {
  const who =
    lock_level === 'critical'
      ? 'master together with the human'
      : `${quoteName(locked_by)}, master and the human`;
  return {
    code: 'contract-lock-right',
    message: `${what}, but it is ${lock_level}: only ${who} may change it`,
    target,
    fix: 'take the change back, and report a conflict if the contract must change',
  };
}

function byKey(locks: readonly Lock[]): Map<string, Lock> {
  return new Map(locks.map((lock) => [`${lock.kind} ${lock.name}`, sortFields(lock)]));
}

/** Whether two locks are equal; the order of their fields does not matter. */
function sortFields(lock: Lock): Lock {
  return Object.fromEntries(Object.entries(lock).sort(([a], [b]) => Number(a > b) - Number(a < b))) as Lock;
}
