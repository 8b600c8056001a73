import { describe, expect, it } from 'vitest';
import { RELEVANCE_FLOOR, rankRecords } from '../../../../src/memory/recall/rank.ts';
import { tokenize } from '../../../../src/memory/recall/tokenize.ts';
import { indexed, recordOf } from './records.ts';

describe('tokenize', () => {
  it.each([
    ['The tokens expire', ['token', 'expir']],
    ['refreshToken', ['refreshtoken', 'refresh', 'token']],
    [
      'src/auth/refreshToken.ts:12',
      ['src', 'auth', 'refreshtoken', 'refresh', 'token', 'ts', '12', 'srcauthrefreshtokents12'],
    ],
    ['snake_case', ['snake', 'case', 'snakecase']],
    ['HTTPServer2', ['httpserver2', 'http', 'server', '2']],
    ['it is the', []],
    ['Überprüfung', ['überprüfung']],
    ['', []],
  ])('splits %s', (text, terms) => {
    expect(tokenize(text)).toEqual(terms);
  });
});

describe('ranking', () => {
  const records = indexed(
    recordOf('a', { title: 'Refresh tokens rotate', text: 'Each use of a refresh token makes a new one.' }),
    recordOf('b', { title: 'The cart keeps prices', text: 'Prices are integers in cents, never floats.' }),
    recordOf('c', {
      title: 'Migrations run first',
      text: 'The database is migrated before the server starts.',
    }),
  );
  const ids = (query: string) => rankRecords(query, records).map(({ record }) => record.id[0]);

  it('puts the record first that has the rarest words of the query', () => {
    expect(ids('rotating a refreshToken')[0]).toBe('a');
    expect(ids('price in cents')[0]).toBe('b');
    expect(ids('quantum chromodynamics')).toEqual([]);
    expect(ids('')).toEqual([]);
  });

  it('gives the share of the query that a record holds', () => {
    expect(rankRecords('refresh tokens rotate', records)[0]?.share).toBeCloseTo(1);
    const [foreign] = rankRecords('how do penguins migrate across frozen antarctic oceans', records);
    expect(foreign?.share).toBeLessThan(RELEVANCE_FLOOR);
  });

  it('knows no words that every object has', () => {
    expect(ids('constructor hasOwnProperty toString')).toEqual([]);
  });

  it('breaks ties by the newer record', () => {
    const twins = indexed(
      recordOf('d', { title: 'Alike', text: 'alike', at: '2026-01-01T00:00:00.000Z' }),
      recordOf('e', { title: 'Alike', text: 'alike', at: '2026-02-01T00:00:00.000Z' }),
    );
    expect(rankRecords('alike', twins).map(({ record }) => record.id[0])).toEqual(['e', 'd']);
  });
});
