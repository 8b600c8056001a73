import { quoteName } from '../run/ledger/names.ts';
import { type Diagnostic, warn } from '../system/result.ts';
import { checkCommand } from './check-modules.ts';
import { LOCKS } from './contract-files.ts';
import { globFault } from './glob.ts';
import type { Lock } from './locks.schema.ts';
import type { Problem } from './schema-faults.ts';

/** The entry of `affects` that means every module. */
export const ALL_MODULES = 'all';

/** Checks what the schema of `locks.json` cannot express: repeated names, globs, patterns and commands. */
export function checkLocks(locks: readonly Lock[]): Problem[] {
  return [...findTwice(locks), ...locks.flatMap(checkCheck)];
}

/** The name of a lock in messages: its kind and name. */
export const placeOfLock = ({ kind, name }: Pick<Lock, 'kind' | 'name'>) => `${LOCKS} $.${kind}s.${name}`;

function findTwice(locks: readonly Lock[]): Problem[] {
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

function checkCheck(lock: Lock): Problem[] {
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
    const message = `${target} is no regular expression: ${why}`;
    return [{ code: 'contract-pattern', message, target, fix: 'correct it, or ask for a `command` instead' }];
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
