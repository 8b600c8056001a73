import { describe, expect, it } from 'vitest';
import { addToSection, type BrainSection, emptyBrain } from '../../../../src/memory/brains/brain.ts';
import { findContradictions } from '../../../../src/memory/brains/contradictions.ts';

const NOUNS = new Set(['auth', 'billing', 'store']);
const brain = (name: string, lines: Partial<Record<BrainSection, string>>) =>
  Object.entries(lines).reduce(
    (text, [section, line]) => addToSection(text, section as BrainSection, line),
    emptyBrain(name),
  );

const LOCKS = [
  { name: 'password-hash', assertion: 'Passwords are hashed with argon2id.' },
  { name: 'session-ttl', assertion: 'Session tokens expire after 15 minutes.' },
  { name: 'no-logs', assertion: 'The auth module does not log email addresses.' },
];

describe('a brain against the locks', () => {
  it.each<[string, BrainSection, string, string, string]>([
    ['another choice', 'Decisions', 'Passwords are hashed with bcrypt', 'password-hash', 'choices'],
    ['another number', 'Current State', 'Session tokens expire after 30 minutes', 'session-ttl', 'numbers'],
    ['a negation', 'Decisions', 'The auth module does log email addresses', 'no-logs', 'negation'],
  ])('%s', (_, section, line, lock, kind) => {
    const brains = new Map([['builder-auth', brain('builder-auth', { [section]: line })]]);
    expect(findContradictions(brains, LOCKS, NOUNS)).toEqual([
      {
        a: { source: 'brains/builder-auth.md', text: line },
        b: { source: `locks.json#${lock}`, text: LOCKS.find(({ name }) => name === lock)?.assertion },
        differs: [kind],
      },
    ]);
  });

  it.each([
    'Passwords are hashed with argon2id',
    'Session tokens expire after 900 seconds',
    'Invoices are numbered with ULIDs',
    'The billing module does log email addresses',
    'Passwords are long',
  ])('nothing is held against: %s', (line) => {
    const brains = new Map([['builder-auth', brain('builder-auth', { Decisions: line })]]);
    expect(findContradictions(brains, LOCKS, NOUNS)).toEqual([]);
  });

  it('what is known to be wrong, or still to be done, is no statement', () => {
    const lines = {
      'Known Issues': 'Passwords are hashed with bcrypt',
      'Next Steps': 'Session tokens expire after 30 minutes',
    };
    expect(findContradictions(new Map([['qc', brain('qc', lines)]]), LOCKS, NOUNS)).toEqual([]);
  });
});

describe('brains against one another', () => {
  it('their decisions are compared, the state of two modules is not', () => {
    const auth = brain('builder-auth', {
      Decisions: 'Sessions are kept for callers in Redis',
      'Current State': '12 of 12 unit tests pass',
    });
    const store = brain('builder-store', {
      Decisions: 'Sessions are kept for callers in Postgres',
      'Current State': '9 of 9 unit tests pass',
    });
    const brains = new Map([
      ['builder-auth', auth],
      ['builder-store', store],
    ]);
    expect(findContradictions(brains, [], NOUNS)).toMatchObject([
      {
        a: { source: 'brains/builder-auth.md' },
        b: { source: 'brains/builder-store.md' },
        differs: ['choices'],
      },
    ]);
  });
});
