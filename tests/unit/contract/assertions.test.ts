import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePattern, matchingLines } from '../../../src/contract/assertions.io.ts';
import { parseContract, readLocks } from '../../../src/contract/contract.ts';
import { commandsOfContract } from '../../../src/contract/describe.ts';
import { locksOf } from '../../../src/contract/locks.ts';
import { unwrap } from '../../../src/system/result.ts';
import { makeContract, makeLock } from './sample.ts';

const locksWith = (decisions: object) => unwrap(readLocks(makeContract({ 'locks.json': { decisions } })));

describe('matchingLines', () => {
  it.each([
    ['a\nb\na', 'a', [1, 3]],
    ['aa\n', 'a', [1]],
    ['a\n\nb', '^$', [2]],
    ['x\r\nmd5(y)\r\n', 'md5\\(', [2]],
    ['a\nb', 'c', []],
    ['eval("x")', '\\"x\\"', [1]],
    ['größe', '\\p{L}{5}', [1]],
    ['a\nb\nc', 'a\\nb', [1]],
    ['', 'x*', [1]],
  ])('%j, %s', (text, pattern, lines) => {
    expect(matchingLines(text, pattern)).toEqual(lines);
  });

  it('are the lines that match by themselves', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'ab', ''), { maxLength: 19 });
    fc.assert(
      fc.property(text, (lines) => {
        const expected = lines.flatMap((line, n) => (line.includes('a') ? [n + 1] : []));
        expect(matchingLines(lines.join('\n'), 'a')).toEqual(expected);
      }),
    );
  });

  it('ends after the first twenty', () => {
    expect(matchingLines('a\n'.repeat(1000), 'a')).toHaveLength(20);
  });
});

describe('judgePattern', () => {
  const [lock] = locksWith({ hash: makeLock({ lock_level: 'critical' }) });
  if (!lock) throw new Error('no lock');
  const check = { pattern: 'md5', paths: ['src/**'] };
  const found = [{ path: 'src/a.ts', lines: [3, 7] }];

  it.each([
    ['occur', found, []],
    ['occur', [], [undefined]],
    ['not-occur', [], []],
    ['not-occur', found, ['src/a.ts:3', 'src/a.ts:7']],
  ] as const)('must %s', (must, matches, places) => {
    const findings = judgePattern(lock, { ...check, paths: ['src/**'], must }, matches);
    expect(findings.map(({ path, line }) => path && `${path}:${line}`)).toEqual(places);
    for (const finding of findings) {
      expect(finding).toMatchObject({ lock: 'hash', level: 'critical', untested: false });
      expect(finding.detail).toContain('"md5"');
    }
  });
});

describe('the locks of a module', () => {
  it('are those that affect the module, all modules, or name no module', () => {
    const locks = locksWith({
      a: makeLock({ affects: ['auth'] }),
      b: makeLock({ affects: ['all'] }),
      c: makeLock({ affects: [] }),
      d: makeLock({ affects: ['store'] }),
    });
    expect(locksOf(locks, 'auth').map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
});

describe('the commands of a contract', () => {
  it('are all that the engine will start', () => {
    const decisions = { lint: makeLock({ check: { command: 'npm run lint' } }) };
    const contract = unwrap(parseContract(makeContract({ 'locks.json': { decisions } })));
    expect(commandsOfContract(contract)).toEqual([
      { target: 'modules.json $.test_command', command: 'npm test' },
      { target: 'modules.json $.integration_test_command', command: 'npm run test:integration' },
      { target: 'modules.json $.modules[1].test_command', command: 'node --test src/auth' },
      { target: 'locks.json $.decisions.lint.check.command', command: 'npm run lint' },
    ]);
  });
});
