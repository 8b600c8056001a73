import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareClaims, readClaim } from '../../../../src/memory/training/claims.ts';

const NOUNS = new Set(['auth', 'billing', 'store', 'createsession']);
const compare = (a: string, b: string) => compareClaims(readClaim(a, NOUNS), readClaim(b, NOUNS));

describe('only wording differs', () => {
  it.each([
    ['The auth module stores the session.', 'The auth module stores a session'],
    ['auth validates every token', 'auth verifies every token'],
    ['Auth expires tokens after 15 minutes', 'auth expires its tokens after 15-minute'],
    ['a timeout of 15 minutes', 'a timeout of 900 seconds'],
    ['it retries two times', 'it retries 2 times'],
    ['auth does not store passwords', 'auth never stores passwords'],
    ['It uses PostgreSQL.', 'It uses Postgres'],
    ['limits are 1,000 entries', 'limits are 1000 entries'],
    ['`createSession` returns a token', 'createSession returns the token'],
    ['files and cookies are read', 'file and cookie are read'],
  ])('%s | %s', (a, b) => {
    expect(compare(a, b)).toEqual({ verdict: 'same', differs: [] });
  });
});

describe('both cannot be true', () => {
  it.each([
    ['numbers', 'tokens live 15 minutes', 'tokens live 30 minutes'],
    ['numbers', 'tokens live 15 minutes', 'tokens live 15 hours'],
    ['numbers', 'it retries two times', 'it retries three times'],
    ['numbers', 'port 3000 serves and port 8080 watches', 'port 8080 serves and port 3000 watches'],
    ['numbers', 'version v2 of the API', 'version v3 of the API'],
    ['negation', 'auth stores passwords', 'auth does not store passwords'],
    ['negation', 'auth stores passwords', "auth doesn't store passwords"],
    ['negation', 'writes are blocking', 'writes are non-blocking'],
    ['negation', 'auth does not log names but stores them', 'auth does log names but does not store them'],
    ['negation', 'it works without a cache', 'it works with a cache'],
    ['choices', 'sessions are in redis', 'sessions are in postgres'],
    ['choices', 'It stores with PostgreSQL', 'It stores with MySQL'],
    ['choices', 'passwords are hashed by argon2id', 'passwords are hashed by bcrypt'],
    ['choices', 'it calls `openStore` first', 'it calls `closeStore` first'],
    ['choices', 'the caller sees Foo then', 'the caller sees Bar then'],
    ['choices', 'sessions are kept in redis', 'sessions are kept in valkey'],
    ['choices', 'it is sealed with wax', 'it is sealed with glue'],
    ['choices', 'auth uses leases', 'auth uses handles'],
    ['choices', 'hooks run before the merge', 'hooks run after the merge'],
    ['choices', 'unknown callers are allowed', 'unknown callers are denied'],
  ])('%s: %s | %s', (kind, a, b) => {
    expect(compare(a, b)).toEqual({ verdict: 'conflict', differs: [kind] });
    expect(compare(b, a)).toEqual({ verdict: 'conflict', differs: [kind] });
  });
});

describe('neither merged nor held against each other', () => {
  it.each([
    ['one says more', 'auth keeps sessions', 'auth keeps sessions in redis'],
    ['one gives a number', 'tokens expire', 'tokens expire after 15 minutes'],
    ['names change places', 'auth depends on billing', 'billing depends on auth'],
    ['opposites change places', 'the client signs, the server checks', 'the server signs, the client checks'],
    ['a degree', 'callers must retry', 'callers may retry'],
    ['another thing in the same place', 'kept in drawers', 'kept in cupboards'],
  ])('%s', (_, a, b) => {
    expect(compare(a, b).verdict).toBe('unsure');
    expect(compare(b, a).verdict).toBe('unsure');
  });
});

describe('any two texts', () => {
  const WORDS =
    'auth stores a token for the session 5 15 minutes not never redis postgres before after it every call of createSession must use'.split(
      ' ',
    );
  const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join(' '));

  it('are compared the same from either side, and a text is the same as itself', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compare(a, b).verdict).toBe(compare(b, a).verdict);
        expect(compare(a, a)).toEqual({ verdict: 'same', differs: [] });
      }),
    );
  });

  it('are never the same when a number or a negation is put into one, or a number is another', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 13 }), fc.integer({ min: 100, max: 999 }), (given, at, number) => {
        const insert = (word: string) => {
          const words = given.split(' ');
          return [...words.slice(0, at), word, ...words.slice(at)].join(' ');
        };
        expect(compare(given, insert(`${number}`)).verdict).not.toBe('same');
        expect(compare(insert(`${number}`), insert(`${number + 1000}`)).verdict).toBe('conflict');
        expect(compare(given, insert('not')).verdict).toBe('conflict');
        expect(compare(insert('kafka'), insert('rabbitmq')).verdict).toBe('conflict');
      }),
    );
  });
});
