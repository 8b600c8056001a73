import type { PlannedAgent } from '../run/manifest.ts';
import { quoteName } from '../run/names.ts';
import type { Contract } from './contract.ts';
import { interfaceFileOf, SHARED_TYPES } from './contract-files.ts';
import type { Lock } from './locks.schema.ts';
import type { Problem } from './schema-faults.ts';

/** Who changes something: an agent with the domains that it speaks for, the master (the engine, or the session that drives it), or a person. */
export type Actor =
  | { kind: 'agent'; domains: readonly string[] }
  | { kind: 'master'; withHuman: boolean }
  | { kind: 'human' };

export function actorOf({ role, module, domain }: Pick<PlannedAgent, 'role' | 'module' | 'domain'>): Actor {
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

type Locked = Pick<Contract, 'locks' | 'interfaces' | 'sharedTypes'>;

/**
 * What an actor changed without the right to. A lock needs the right to what it was and to what it becomes, so that nobody gives away, or
 * takes in another's name, what they could not have changed; a locked interface keeps its page too.
 */
export function lockFaults(before: Locked, after: Locked, actor: Actor): Problem[] {
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

function changedPages(before: Locked, after: Locked, actor: Actor): Problem[] {
  return before.locks.flatMap((lock) => {
    if (lock.kind !== 'interface' || mayChange(lock, actor)) return [];
    const page = pageOf(lock.name);
    if (textOf(before, lock.name) === textOf(after, lock.name)) return [];
    return [noRight(lock, `${page} was changed`, page)];
  });
}

const SHARED = 'shared-types';
const pageOf = (name: string) => (name === SHARED ? SHARED_TYPES : interfaceFileOf(name));
const textOf = ({ interfaces, sharedTypes }: Locked, name: string) =>
  name === SHARED ? sharedTypes : interfaces.get(name);

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

/** The same lock says the same, in whatever order its fields were written. */
function sortFields(lock: Lock): Lock {
  return Object.fromEntries(Object.entries(lock).sort(([a], [b]) => Number(a > b) - Number(a < b))) as Lock;
}
