import { readLocks, readModules } from './contract.ts';
import {
  ARCHITECTURE,
  type ContractFiles,
  LOCKS,
  MODULES,
  moduleOfInterface,
  parseDecisionPath,
  SHARED_TYPES,
} from './contract-files.ts';
import type { Lock } from './locks.ts';
import type { ModulesDocument } from './modules.schema.ts';

/** One difference between two contracts, for human readers. */
export interface ContractChange {
  what: 'project' | 'module' | 'lock' | 'architecture' | 'interface' | 'shared types' | 'decision' | 'file';
  name: string;
  how: 'added' | 'removed' | 'changed';
  /** For modules, locks and the project: each differing field, with its values as JSON; undefined for a missing value. */
  fields?: { field: string; before: string | undefined; after: string | undefined }[];
  /** For pages: the numbers of added and removed lines. */
  lines?: { added: number; removed: number };
}

/** Compares two contracts. If one is invalid, compares file by file. Empty exactly if both have the same meaning. */
export function diffContracts(before: ContractFiles, after: ContractFiles): ContractChange[] {
  const changes = [...diffModules(before, after), ...diffLocks(before, after)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return [...changes, ...paths.flatMap((path) => diffPage(path, before.get(path), after.get(path)))];
}

function diffModules(before: ContractFiles, after: ContractFiles): ContractChange[] {
  if (before.get(MODULES) === after.get(MODULES)) return [];
  const [old, now] = [readModules(before), readModules(after)];
  if (!old.ok || !now.ok) return [diffFile(MODULES, before, after)];
  const whole = diffFields(projectOf(old.value), projectOf(now.value));
  const byName = (document: ModulesDocument) =>
    new Map(document.modules.map((module) => [module.name, module]));
  return [
    ...(whole.length > 0 ? [{ what: 'project', name: MODULES, how: 'changed', fields: whole } as const] : []),
    ...diffEntries('module', byName(old.value), byName(now.value)),
  ];
}

const projectOf = ({ modules: _, ...project }: ModulesDocument) => project;

function diffLocks(before: ContractFiles, after: ContractFiles): ContractChange[] {
  if (before.get(LOCKS) === after.get(LOCKS)) return [];
  const [old, now] = [readLocks(before), readLocks(after)];
  if (!old.ok || !now.ok) return [diffFile(LOCKS, before, after)];
  const byName = (locks: readonly Lock[]) =>
    new Map(locks.map((lock) => [`${lock.kind} ${lock.name}`, lock]));
  return diffEntries('lock', byName(old.value), byName(now.value));
}

function diffEntries(
  what: 'module' | 'lock',
  before: ReadonlyMap<string, object>,
  after: ReadonlyMap<string, object>,
): ContractChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name): ContractChange[] => {
    const [old, now] = [before.get(name), after.get(name)];
    const fields = diffFields(old ?? {}, now ?? {});
    return fields.length === 0 ? [] : [{ what, name, how: howOf(old, now), fields }];
  });
}

function diffFields(before: object, after: object): NonNullable<ContractChange['fields']> {
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const [was, is] = [JSON.stringify(old.get(field)), JSON.stringify(now.get(field))];
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}

function diffPage(path: string, before: string | undefined, after: string | undefined): ContractChange[] {
  if (path === MODULES || path === LOCKS || before === after) return [];
  return [{ what: kindOf(path), name: path, how: howOf(before, after), lines: diffLines(before, after) }];
}

function diffFile(path: string, before: ContractFiles, after: ContractFiles): ContractChange {
  const [old, now] = [before.get(path), after.get(path)];
  return { what: 'file', name: path, how: howOf(old, now), lines: diffLines(old, now) };
}

function howOf(before: unknown, after: unknown): ContractChange['how'] {
  if (before === undefined) return 'added';
  return after === undefined ? 'removed' : 'changed';
}

function kindOf(path: string): ContractChange['what'] {
  if (path === ARCHITECTURE) return 'architecture';
  if (path === SHARED_TYPES) return 'shared types';
  if (moduleOfInterface(path) !== undefined) return 'interface';
  return parseDecisionPath(path) ? 'decision' : 'file';
}

function diffLines(before = '', after = ''): { added: number; removed: number } {
  const left = new Map<string, number>();
  for (const line of linesOf(before)) left.set(line, (left.get(line) ?? 0) + 1);
  let added = 0;
  for (const line of linesOf(after)) {
    const count = left.get(line) ?? 0;
    if (count === 0) added += 1;
    else left.set(line, count - 1);
  }
  return { added, removed: [...left.values()].reduce((sum, count) => sum + count, 0) };
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
