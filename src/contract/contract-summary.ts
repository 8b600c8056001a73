import { verbatim } from '../findings/verbatim.ts';
import { countOf } from '../findings/words.ts';

// Hooks import this file, so it parses without a schema library; unreadable parts are shown as missing.

/** A contract in the few lines that a human sees before the approval; commands verbatim, since the engine will run them. */
export function summarizeContract(files: ReadonlyMap<string, string>): string[] {
  const modules = objectOf(parse(files.get('modules.json')));
  const list = listOf(modules.modules).map(objectOf);
  return [
    `project: ${textOf(modules.project)}`,
    `${countOf(list.length, 'module')}: ${list.map(({ name }) => textOf(name)).join(', ')}`,
    `runs on this machine, test command: ${textOf(modules.test_command)}`,
    `runs on this machine, integration test command: ${textOf(modules.integration_test_command)}`,
    ...list.flatMap(({ name, test_command: own }) =>
      own === undefined ? [] : [`runs on this machine, test command of ${textOf(name)}: ${textOf(own)}`],
    ),
    ...describeLocks(parse(files.get('locks.json'))),
    `${countOf(files.size, 'file')} in all`,
  ];
}

/** A lock as a human reads it before an approval. */
export interface LockSentence {
  name: string;
  /** `critical`, `locked`, `unlocked`, or `missing`. */
  level: string;
  /** The sentence that must be true of the code. */
  assertion: string;
}

const LEVELS = ['critical', 'locked', 'unlocked'];

/** The locks of a contract with their sentences, the strictest first. */
export function listLockSentences(files: ReadonlyMap<string, string>): LockSentence[] {
  const rank = ({ level }: LockSentence) => (LEVELS.includes(level) ? LEVELS.indexOf(level) : LEVELS.length);
  return lockEntries(parse(files.get('locks.json')))
    .map(([name, lock]) => ({
      name: textOf(lock.name ?? name),
      level: textOf(lock.lock_level),
      assertion: textOf(lock.assertion),
    }))
    .sort((a, b) => rank(a) - rank(b));
}

/** A module as a human reads it before an approval. */
export interface ModuleSentence {
  name: string;
  description: string;
  paths: string[];
  dependsOn: string[];
}

/** The modules of a contract, in its order. */
export function listModuleSentences(files: ReadonlyMap<string, string>): ModuleSentence[] {
  return listOf(objectOf(parse(files.get('modules.json'))).modules)
    .map(objectOf)
    .map(({ name, description, paths, depends_on }) => ({
      name: textOf(name),
      description: textOf(description),
      paths: listOf(paths).map(textOf),
      dependsOn: listOf(depends_on).map(textOf),
    }));
}

function lockEntries(document: unknown): (readonly [string, Record<string, unknown>])[] {
  const { locks, decisions, interfaces } = objectOf(document);
  return [
    ...listOf(locks).map((lock) => ['', objectOf(lock)] as const),
    ...[decisions, interfaces].flatMap((group) =>
      Object.entries(objectOf(group)).map(([name, lock]) => [name, objectOf(lock)] as const),
    ),
  ];
}

function describeLocks(document: unknown): string[] {
  const entries = lockEntries(document);
  const levels = LEVELS.map((level) => {
    const count = entries.filter(([, lock]) => lock.lock_level === level).length;
    return `${count} ${level}`;
  });
  const commands = entries.flatMap(([name, { name: own = name, check }]) => {
    const { command } = objectOf(check);
    return command === undefined
      ? []
      : [`runs on this machine, check of lock ${textOf(own)}: ${textOf(command)}`];
  });
  return [`locks: ${levels.join(', ')}`, ...commands];
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? verbatim(value) : 'missing';
}
