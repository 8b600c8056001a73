import { describe, expect, it } from 'vitest';
import { readLocks } from '../../../src/contract/contract.ts';
import { describeLockChanges } from '../../../src/contract/lock-changes.ts';
import { unwrap } from '../../../src/system/result.ts';
import { makeContract, makeDocument, makeLock } from './sample.ts';

const contractWith = (
  decisions: object,
  interfaces: object = {},
  more: Record<string, string | object> = {},
) => {
  const files = makeContract({ 'locks.json': { decisions, interfaces }, ...more });
  return { locks: unwrap(readLocks(files)), files };
};
const critical = makeLock({ lock_level: 'critical' });

describe('changed locks, as a human sees them', () => {
  it('is nothing where nothing differs', () => {
    expect(describeLockChanges(contractWith({ a: critical }), contractWith({ a: critical }))).toEqual([]);
  });

  it('names each by the stricter of its levels, the strictest first', () => {
    const before = contractWith({ b: makeLock(), c: critical, free: makeLock({ lock_level: 'unlocked' }) });
    const after = contractWith(
      { a: makeLock({ assertion: 'New' }), c: makeLock({ lock_level: 'unlocked', assertion: 'Other' }) },
      { web: critical },
    );
    expect(describeLockChanges(before, after)).toEqual([
      'critical lock decision c was changed: lock_level "critical" → "unlocked"; assertion "Passwords are hashed with scrypt" → "Other"',
      'critical lock interface web was added: "Passwords are hashed with scrypt"',
      'locked decision b was removed: "Passwords are hashed with scrypt"',
      'locked decision a was added: "New"',
      'unlocked decision free was removed: "Passwords are hashed with scrypt"',
    ]);
  });

  it('names the pages of each lock and the pages without a lock', () => {
    const locks = [{ storage: makeLock() }, { core: critical }] as const;
    const after = contractWith(...locks, {
      'decisions/001-storage.md': 'x',
      'interfaces/core.interface.md': '# core\n\nmore\n',
      'interfaces/web.interface.md': 'x',
      'modules.json': makeDocument({ test_command: 'npm run tests' }),
    });
    expect(describeLockChanges(contractWith(...locks), after)).toEqual([
      'critical lock interface core: its page interfaces/core.interface.md was changed (2 lines added, 0 removed)',
      expect.stringMatching(
        /^locked decision storage: its page decisions\/001-storage\.md was changed \(1 lines/,
      ),
      'changed without a lock: modules.json changed, interfaces/web.interface.md changed',
    ]);
  });

  it('reports a difference that is not visible, and never hides the number of changes', () => {
    const long = 'x'.repeat(2000);
    const [line = ''] = describeLockChanges(
      contractWith({ a: makeLock({ assertion: `${long}1` }) }),
      contractWith({ a: makeLock({ assertion: `${long}2` }) }),
    );
    expect(line).toMatch(/assertion "x+… → changed after these characters$/);
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`lock${n}`, makeLock()]));
    const lines = describeLockChanges(contractWith({}), contractWith(many));
    expect(lines).toHaveLength(31);
    expect(lines.at(-1)).toContain('10 more locks');
  });
});
