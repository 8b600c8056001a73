import * as z from 'zod';
import { quoteName } from '../run/ledger/names.ts';
import { type Diagnostic, type Problem, warn } from '../system/result.ts';
import { checkCommand } from './check-modules.ts';
import { LOCKS } from './contract-files.ts';
import { globFault } from './glob.ts';
import { boundedText } from './modules.schema.ts';

const LOCK_LEVELS = ['unlocked', 'locked', 'critical'] as const;
export type LockLevel = (typeof LOCK_LEVELS)[number];

const patternCheck = z.strictObject({
  pattern: boundedText(1000).describe(
    'A JavaScript regular expression; `^` and `$` match the ends of a line.',
  ),
  must: z.enum(['occur', 'not-occur']).describe('Whether at least one file must match, or none may match.'),
  paths: z.array(boundedText(200)).min(1).max(50).describe('Globs of the files to search.'),
});

const commandCheck = z.strictObject({
  command: boundedText(4000).describe(
    'Started without a shell in the tree that is checked; holds if it ends with 0.',
  ),
});

const fields = {
  locked_by: boundedText(80).describe('The domain that owns the lock: a role or a module.'),
  lock_level: z
    .enum(LOCK_LEVELS)
    .describe(
      'unlocked: any agent may change it; locked: its domain, the architect and a human; critical: only the architect, together with a human.',
    ),
  affects: z.array(boundedText(80)).describe('Names of the modules that must comply, or `all`.'),
  assertion: boundedText(4000).describe('One sentence that must be true of the code.'),
  locked_at: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: 'must be a date of ISO 8601' })
    .describe('The time of the decision, as ISO 8601.'),
  check: z
    .union([patternCheck, commandCheck], {
      error: 'must be {"pattern", "must": "occur" or "not-occur", "paths"} or {"command"}',
    })
    .optional()
    .describe('How the engine tests the assertion.'),
};

const name = boundedText(120);
const named = z.record(name, z.strictObject(fields)).default({});

/** The usual form: entries by name. */
const namedLocksSchema = z.strictObject({
  decisions: named.describe('Locks of decisions, by name.'),
  interfaces: named.describe('Locks of interfaces, by module.'),
});

const flatEntry = z.strictObject({
  name: name.describe('The name of the lock; `id` or `decision` is accepted as well.'),
  kind: z.enum(['decision', 'interface']).default('decision'),
  ...fields,
});

/** The flat form, which is accepted too. */
const flatLocksSchema = z.strictObject({ locks: z.array(flatEntry) });

export const locksSchema = z.union([namedLocksSchema, flatLocksSchema]);

export const LOCKS_KEYS = [...Object.keys(namedLocksSchema.shape), ...Object.keys(flatEntry.shape), 'locks'];

export type Lock = z.infer<typeof flatEntry>;
export type LockCheck = NonNullable<Lock['check']>;

/** Selects the schema for the form of a document, so that faults are reported in that form. */
export function locksSchemaOf(value: unknown): z.ZodType<z.infer<typeof locksSchema>> {
  return isFlat(value) ? z.preprocess(nameEntries, flatLocksSchema) : namedLocksSchema;
}

function isFlat(value: unknown): value is { locks: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'locks');
}

function nameEntries(value: unknown): unknown {
  if (!isFlat(value) || !Array.isArray(value.locks)) return value;
  return { ...value, locks: value.locks.map(nameEntry) };
}

function nameEntry(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'name' in value) return value;
  const { id, decision = id, ...rest } = value as Record<string, unknown>;
  return { name: decision, ...rest };
}

/** Converts both forms to one list: decisions first, each kind sorted by name. */
export function normalizeLocks(given: z.infer<typeof locksSchema>): Lock[] {
  const locks = 'locks' in given ? given.locks : fromNames(given);
  return [...locks].sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name));
}

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);

function fromNames({ decisions, interfaces }: z.infer<typeof namedLocksSchema>): Lock[] {
  const named = (kind: Lock['kind'], entries: typeof decisions) =>
    Object.entries(entries).map(([own, entry]) => ({ name: own, kind, ...entry }));
  return [...named('decision', decisions), ...named('interface', interfaces)];
}

/** The entry of `affects` that means every module. */
export const ALL_MODULES = 'all';

/** Checks what the schema of `locks.json` cannot express: repeated names, globs, patterns and commands. */
export function checkLocks(locks: readonly Lock[]): Problem[] {
  return [...findDuplicateLocks(locks), ...locks.flatMap(validateLockCheck)];
}

/** The name of a lock in messages: its kind and name. */
export const placeOfLock = ({ kind, name }: Pick<Lock, 'kind' | 'name'>) => `${LOCKS} $.${kind}s.${name}`;

function findDuplicateLocks(locks: readonly Lock[]): Problem[] {
  const seen = new Set<string>();
  return locks.flatMap((lock) => {
    const target = placeOfLock(lock);
    if (!seen.has(target)) {
      seen.add(target);
      return [];
    }
    const fix = 'give each lock a name of its own';
    return [{ code: 'contract-lock-twice', message: `${target} is defined twice`, target, fix }];
  });
}

function validateLockCheck(lock: Lock): Problem[] {
  const { check } = lock;
  if (check === undefined) return [];
  const place = `${placeOfLock(lock)}.check`;
  if ('command' in check) return checkCommand(check.command, `${place}.command`);
  const globs = check.paths.flatMap((glob, p) => {
    const fault = globFault(glob);
    const target = `${place}.paths[${p}]`;
    const message = `${target}: the glob ${JSON.stringify(glob)} ${fault}`;
    const fix = 'write a glob such as src/auth/**';
    return fault === undefined ? [] : [{ code: 'contract-glob', message, target, fix }];
  });
  return [...globs, ...checkPattern(check.pattern, `${place}.pattern`)];
}

function checkPattern(pattern: string, target: string): Problem[] {
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `${target} is not a valid regular expression: ${why}`;
    return [{ code: 'contract-pattern', message, target, fix: 'fix the pattern, or use a `command` check' }];
  }
}

/**
 * Compiles the pattern of a lock; `^` and `$` match the ends of a line. Uses the strict Unicode rules if the pattern follows them; a
 * needless backslash, for example, does not. Throws a SyntaxError.
 */
export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'gmu');
  } catch {
    return new RegExp(pattern, 'gm');
  }
}

/** Names in `affects` that match no module, so that no builder would be informed of a change. */
export function unknownAffects(locks: readonly Lock[], modules: readonly string[]): Diagnostic[] {
  return locks.flatMap((lock) =>
    lock.affects
      .filter((name) => name !== ALL_MODULES && !modules.includes(name))
      .map((name) => {
        const target = `${placeOfLock(lock)}.affects`;
        const fix = `name modules, or "${ALL_MODULES}"`;
        return warn('contract-unknown-affects', `${target}: there is no module ${quoteName(name)}`, {
          target,
          fix,
        });
      }),
  );
}

/** The locks that bind a module: those whose `affects` names it, names all modules, or is empty. */
export function locksOf(locks: readonly Lock[], module: string): Lock[] {
  return locks.filter(
    ({ affects }) => affects.length === 0 || affects.includes(module) || affects.includes(ALL_MODULES),
  );
}
