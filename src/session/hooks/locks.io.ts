import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  CONTRACTS,
  LOCKS,
  moduleOfInterface,
  parseDecisionPath,
  SHARED_TYPES,
} from '../../contract/contract-files.ts';
import type { Lock } from '../../contract/locks.ts';
import { readBoundedText } from '../../system/files/bounded.ts';

type Level = Pick<Lock, 'lock_level' | 'locked_by'>;

// Read without a schema library, which hooks do not load. The engine reports faults of the document when it checks the contract.

/**
 * The lock on a page of the contract, by its path below the contract's folder; undefined if no lock protects the page. Uses the
 * approved copy of the contract in the run directory if there is one, because an agent may have changed the contract since.
 */
export function lockOn(dir: string, top: string, page: string): Level | undefined {
  const interfaceName = page === SHARED_TYPES ? 'shared-types' : moduleOfInterface(page);
  const topic = parseDecisionPath(page)?.topic;
  const places = [join(dir, 'approved', 'contracts', LOCKS), join(top, CONTRACTS, LOCKS)];
  const path = places.find((place) => existsSync(place));
  const entries = path === undefined ? [] : readEntries(path);
  const found = entries.find(
    ({ kind, name }) =>
      (kind === 'interface' && name === interfaceName) || (kind === 'decision' && name === topic),
  );
  return found?.level;
}

interface Entry {
  kind: string;
  name: string | undefined;
  level: Level;
}

function readEntries(path: string): Entry[] {
  const { locks, decisions, interfaces } = objectOf(parse(readBoundedText(path)));
  if (Array.isArray(locks))
    return locks.flatMap((lock) => {
      const { kind = 'decision', name, id, decision = id } = objectOf(lock);
      return readEntry(kind, name ?? decision, lock);
    });
  const groups = { decision: objectOf(decisions), interface: objectOf(interfaces) };
  return Object.entries(groups).flatMap(([kind, group]) =>
    Object.entries(group).flatMap(([name, lock]) => readEntry(kind, name, lock)),
  );
}

function readEntry(kind: unknown, name: unknown, lock: unknown): Entry[] {
  const { lock_level, locked_by } = objectOf(lock);
  if (typeof kind !== 'string' || typeof name !== 'string' || typeof locked_by !== 'string') return [];
  const isLevel = lock_level === 'unlocked' || lock_level === 'locked' || lock_level === 'critical';
  return isLevel ? [{ kind, name, level: { lock_level, locked_by } }] : [];
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
