import { spawnSync } from 'node:child_process';
import { basename, join, normalize } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../../src/run/dispatch/reference.ts';
import {
  formatRunId,
  isName,
  isRunId,
  letterOf,
  NAME_RULE,
  quoteName,
  suggestName,
} from '../../../../src/run/ledger/names.ts';
import { scaled } from '../../../harness/scale.ts';

const WRONG = [
  '',
  '.',
  '..',
  '-',
  '-a',
  '.a',
  '_a',
  'a/b',
  '../x',
  'a\\b',
  'a..b',
  'a.',
  'a.lock',
  'A',
  'a b',
  'a\n',
  'a\0',
  '$(id)',
  '`id`',
  'a|b',
  'a;b',
  'a*',
  'a?',
  'a:b',
  'a~1',
  'a^',
  'a@{1}',
  'ä',
  'аbc',
  'ａ',
  'a\u200b',
  'a\u202e',
  'a'.repeat(65),
  'a'.repeat(300),
  '\ufeffa',
];

describe('isName', () => {
  it.each(WRONG)('refuses %j', (value) => {
    expect(isName(value)).toBe(false);
  });

  it.each(['a', '0', 'a1', 'coord-security', 'build_auth', 'coord-d.1.2', 'a.b', 'a'.repeat(64)])(
    'takes %j',
    (value) => {
      expect(isName(value)).toBe(true);
    },
  );

  // Names become file names and branch names: what is accepted must choke neither.
  it('accepts nothing that a path or git would choke on', () => {
    const near = fc.string({
      unit: fc.constantFrom(...'ab019._-./\\~^:?*[@{ \t\n\0$`|éа\u200b'),
      maxLength: 70,
    });
    const accepted: string[] = [];
    fc.assert(
      fc.property(
        fc.oneof(near, fc.string({ unit: 'binary', maxLength: 70 }), fc.constantFrom(...WRONG)),
        (value) => {
          if (!isName(value)) return;
          accepted.push(value);
          expect(Buffer.byteLength(value)).toBeLessThanOrEqual(64);
          const path = join('/runs/x/workers', `${value}.md`);
          expect(path).toBe(normalize(path));
          expect(basename(path)).toBe(`${value}.md`);
          expect(value.startsWith('-')).toBe(false);
          expect(parseReference(`sao:20260102-030405-0a1b2c3d/${value}`)).toEqual({
            run: '20260102-030405-0a1b2c3d',
            id: value,
          });
        },
      ),
      { numRuns: scaled(10_000, 10_000) },
    );
    expect(accepted.length).toBeGreaterThan(20);
    const refused = accepted
      .slice(0, 300)
      .filter((name) => spawnSync('git', ['check-ref-format', `refs/heads/sao/${name}`]).status !== 0);
    expect(refused).toEqual([]);
  });
});

describe('suggestName', () => {
  it.each([
    ['Find SQL injection!', 'find-sql-injection'],
    ['../etc/passwd', 'etc-passwd'],
    ['Größe', 'gro-e'],
    ['a.lock', 'a'],
    [`${'a'.repeat(63)}.b`, 'a'.repeat(63)],
    ['日本', ''],
  ])('%j becomes %j', (value, name) => {
    expect(suggestName(value)).toBe(name);
  });

  it('only ever suggests names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
        const name = suggestName(value);
        expect(name === '' || isName(name)).toBe(true);
      }),
      { numRuns: scaled(1_000, 10_000) },
    );
  });
});

describe('run ids', () => {
  it('are the time in UTC and 8 hex characters', () => {
    const id = formatRunId(new Date('2026-01-02T03:04:05.678Z'), '0a1b2c3d');
    expect(id).toBe('20260102-030405-0a1b2c3d');
    expect(isRunId(id)).toBe(true);
  });

  it.each([
    '',
    '20260102-030405-0A1B2C3D',
    '20260102-030405-0a1b2c3',
    '../20260102-030405-0a1b2c3d',
    ' 20260102-030405-0a1b2c3d',
    '20260102-030405-0a1b2c3d\n',
  ])('are not %j', (value) => {
    expect(isRunId(value)).toBe(false);
  });
});

it('letters go on after z', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['a', 'z', 'aa', 'az', 'ba', 'zz', 'aaa']);
  const many = Array.from({ length: 2000 }, (_, index) => letterOf(index));
  expect(new Set(many).size).toBe(2000);
});

it('quotes a wrong name in ASCII, so that a look-alike shows what it is', () => {
  expect(quoteName('аb')).toBe('"\\u0430b"');
  expect(quoteName('a\u001b[31m')).toBe('"a\\u001b[31m"');
  expect(quoteName('a\u009b\u202e')).toBe('"a\\u009b\\u202e"');
  expect(quoteName('a'.repeat(300)).length).toBeLessThan(60);
  expect(NAME_RULE).toContain('64');
});
