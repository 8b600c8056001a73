import { plainText } from '../findings/plain-text.ts';
import { type ContractChange, diffContracts } from './diff.ts';
import { type LockedContract, pagesOf } from './lock-rights.ts';
import type { Lock, LockLevel } from './locks.ts';

/** Maximum number of changed locks shown at a gate; critical locks come first. */
const MAX_LOCK_LINES = 30;
const MAX_OTHER_CHANGES = 10;
/** Maximum length of a shown value, in characters. */
const MAX_VALUE_CHARACTERS = 300;

/** Strictest first. */
const LEVELS: readonly LockLevel[] = ['critical', 'locked', 'unlocked'];
const LEVEL_NAMES: Readonly<Record<LockLevel, string>> = {
  critical: 'critical lock',
  locked: 'locked',
  unlocked: 'unlocked',
};

/**
 * Describes the changes that a human has to see before a changed contract is approved: a line for every changed lock and every changed
 * page that a lock protects, with the stricter of its old and new level; then one line for all other changes. Empty without a change.
 */
export function describeLockChanges(before: LockedContract, after: LockedContract): string[] {
  const changes = diffContracts(before.files, after.files).map((change) => ({
    change,
    lock: strictestOf(change, before, after),
  }));
  const locked = LEVELS.flatMap((level) =>
    changes.flatMap(({ change, lock }) =>
      lock?.lock_level === level ? [`${LEVEL_NAMES[level]} ${keyOf(lock)}${describeLockChange(change)}`] : [],
    ),
  );
  const others = changes.flatMap(({ change, lock }) => (lock ? [] : [change]));
  const more = locked.length - MAX_LOCK_LINES;
  return [
    ...locked.slice(0, MAX_LOCK_LINES),
    ...(more > 0 ? [`… and ${more} more locks and their pages: sao contract diff`] : []),
    ...(others.length > 0 ? [`changed without a lock: ${listOthers(others)}`] : []),
  ];
}

const keyOf = ({ kind, name }: Pick<Lock, 'kind' | 'name'>) => `${kind} ${plainText(name, 120)}`;

/** The lock that a change is one of, or of the page of. */
function strictestOf(
  { what, name }: ContractChange,
  before: LockedContract,
  after: LockedContract,
): Lock | undefined {
  const isOn = (lock: Lock) =>
    what === 'lock'
      ? `${lock.kind} ${lock.name}` === name
      : pagesOf(lock, before.files, after.files).includes(name);
  const locks = [...before.locks, ...after.locks].filter(isOn);
  return LEVELS.flatMap((level) => locks.find((lock) => lock.lock_level === level) ?? [])[0];
}

function describeLockChange({ what, name, how, fields = [], lines }: ContractChange): string {
  if (what !== 'lock') {
    const count = lines ? ` (${lines.added} lines added, ${lines.removed} removed)` : '';
    return `: its page ${plainText(name, 200)} was ${how}${count}`;
  }
  const shown = how === 'changed' ? fields : fields.filter(({ field }) => field === 'assertion');
  return ` was ${how}: ${shown.map((field) => describeField(field, how)).join('; ')}`;
}

type Field = NonNullable<ContractChange['fields']>[number];

function describeField({ field, before, after }: Field, how: ContractChange['how']): string {
  const [was, is] = [before, after].map((value) => plainText(value ?? 'nothing', MAX_VALUE_CHARACTERS));
  if (how !== 'changed') return `${before === undefined ? is : was}`;
  return was === is ? `${field} ${was} → changed after these characters` : `${field} ${was} → ${is}`;
}

function listOthers(changes: readonly ContractChange[]): string {
  const shown = changes
    .slice(0, MAX_OTHER_CHANGES)
    .map(({ what, name, how }) =>
      name.includes('.') ? `${plainText(name, 120)} ${how}` : `${what} ${name} ${how}`,
    );
  const more = changes.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
