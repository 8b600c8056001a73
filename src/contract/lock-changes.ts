import { plainText } from '../findings/plain-text.ts';
import { type ContractChange, diffContracts } from './diff.ts';
import { type LockedContract, pagesOf } from './lock-rights.ts';
import type { Lock, LockLevel } from './locks.schema.ts';

/** Lines that a human reads at a gate; critical locks come first. */
const MOST_LINES = 30;
const MOST_OTHERS = 10;
/** Of a value before and after, in characters. */
const MOST_SHOWN = 300;

/** Strictest first. */
const LEVELS: readonly LockLevel[] = ['critical', 'locked', 'unlocked'];
const CALLED: Readonly<Record<LockLevel, string>> = {
  critical: 'critical lock',
  locked: 'locked',
  unlocked: 'unlocked',
};

/**
 * What a human has to see before a changed contract is approved: every lock, and every page that a lock protects, with the stricter of the
 * levels that it had and has; then what else is another, in a line. Empty where nothing differs.
 */
export function describeLockChanges(before: LockedContract, after: LockedContract): string[] {
  const changes = diffContracts(before.files, after.files).map((change) => ({
    change,
    lock: strictestOf(change, before, after),
  }));
  const locked = LEVELS.flatMap((level) =>
    changes.flatMap(({ change, lock }) =>
      lock?.lock_level === level ? [`${CALLED[level]} ${keyOf(lock)}${say(change)}`] : [],
    ),
  );
  const others = changes.flatMap(({ change, lock }) => (lock ? [] : [change]));
  const more = locked.length - MOST_LINES;
  return [
    ...locked.slice(0, MOST_LINES),
    ...(more > 0 ? [`… and ${more} more locks and their pages: sao contract diff`] : []),
    ...(others.length > 0 ? [`no lock is on: ${listOthers(others)}`] : []),
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

function say({ what, name, how, fields = [], lines }: ContractChange): string {
  if (what !== 'lock') {
    const count = lines ? ` (${lines.added} lines added, ${lines.removed} removed)` : '';
    return `: its page ${plainText(name, 200)} was ${how}${count}`;
  }
  const shown = how === 'changed' ? fields : fields.filter(({ field }) => field === 'assertion');
  return ` was ${how}: ${shown.map((field) => sayField(field, how)).join('; ')}`;
}

type Field = NonNullable<ContractChange['fields']>[number];

function sayField({ field, before, after }: Field, how: ContractChange['how']): string {
  const [was, is] = [before, after].map((value) => plainText(value ?? 'nothing', MOST_SHOWN));
  if (how !== 'changed') return `${before === undefined ? is : was}`;
  return was === is ? `${field} ${was} → another after these` : `${field} ${was} → ${is}`;
}

function listOthers(changes: readonly ContractChange[]): string {
  const shown = changes
    .slice(0, MOST_OTHERS)
    .map(({ what, name, how }) =>
      name.includes('.') ? `${plainText(name, 120)} ${how}` : `${what} ${name} ${how}`,
    );
  const more = changes.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
