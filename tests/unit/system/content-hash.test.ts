import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { conflictHash, hashContract, hashReport } from '../../../src/contract/hash.ts';
import { hashPlan } from '../../../src/queue/plan/hash-plan.ts';
import type { Plan } from '../../../src/run/ledger/manifest.ts';
import { hashText, planHash } from '../../../src/run/ledger/store.io.ts';
import { commandsHash, setupHash } from '../../../src/run/plan/approve.ts';
import { hashContent } from '../../../src/system/content-hash.ts';

const WHOLE = /^[0-9a-f]{64}$/;
const plan = { version: 1, agents: [], waves: [] } as unknown as Plan;

describe('the hash that an approval is bound to', () => {
  it.each([
    ['a contract', hashContract(new Map([['a', 'b']]))],
    ['a report', hashReport('x')],
    ['a conflict', conflictHash(new Map(), { name: 'n', hash: 'h' })],
    ['commands', commandsHash(plan)],
    ['a setup command', setupHash('npm ci')],
    ['a plan', planHash(plan)],
    ['a prompt', hashText('x')],
    ['an idea', hashPlan({})],
    ['a text', hashContent('x')],
  ])('of %s is a whole SHA-256', (_, hash) => {
    expect(hash).toMatch(WHOLE);
  });

  it('tells the two setup commands apart that have the first 64 bits in common', () => {
    const [shown, hidden] = ['npm ci --cache=.npm-2331e595d25e0238', 'sh tools/own.sh 0450a3467e97e3bf'];
    expect(setupHash(shown).slice(0, 16)).toBe(setupHash(hidden).slice(0, 16));
    expect(setupHash(shown)).not.toBe(setupHash(hidden));
  });
});

it('no hash of content is cut in the sources, except to name or to show something', () => {
  const cut = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join('src', name), 'utf8');
      return /(?:digest\('hex'\)|hash\('sha256', \w+\))\s*\.slice\(/.test(text)
        ? [name.replaceAll('\\', '/')]
        : [];
    });
  expect(cut.sort()).toEqual([
    'findings/fingerprint.ts',
    'findings/rule.ts',
    'memory/recall/record.ts',
    'memory/recall/term-cache.io.ts',
    'session/next/patience.io.ts',
  ]);
});
