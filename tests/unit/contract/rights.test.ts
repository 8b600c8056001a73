import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLocks } from '../../../src/contract/contract.ts';
import { diffContracts } from '../../../src/contract/diff.ts';
import { hashContract } from '../../../src/contract/hash.ts';
import {
  type Actor,
  actorOf,
  lockFaults,
  mayChange,
  mayWritePage,
} from '../../../src/contract/lock-rights.ts';
import type { LockLevel } from '../../../src/contract/locks.ts';
import { levelsOf } from '../../../src/contract/module-levels.ts';
import { strayPaths, writesOf, writesOfBuilder } from '../../../src/contract/rights.ts';
import { unwrap } from '../../../src/system/result.ts';
import { MODULES, makeContract, makeDocument, makeLock, makeModule } from './sample.ts';

describe('hashContract', () => {
  const files = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([path]) => path });

  it('is the same in any order, and another for any other text', () => {
    fc.assert(
      fc.property(files, files, (a, b) => {
        const [first, second] = [hashContract(new Map(a)), hashContract(new Map(b))];
        expect(hashContract(new Map([...a].reverse()))).toBe(first);
        const sorted = (entries: typeof a) =>
          JSON.stringify([...entries].sort(([x], [y]) => (x < y ? -1 : 1)));
        expect(first === second).toBe(sorted(a) === sorted(b));
      }),
    );
  });

  it('has 16 hex characters, and hears of a changed test command', () => {
    const hash = hashContract(makeContract());
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const other = makeContract({ 'modules.json': makeDocument({ test_command: 'npm run tests' }) });
    expect(hashContract(other)).not.toBe(hash);
  });
});

describe('levelsOf', () => {
  it('puts every module after what it depends on', () => {
    expect(levelsOf(MODULES)).toEqual([['core', 'web'], ['auth', 'store'], ['api']]);
    expect(levelsOf([])).toEqual([]);
    expect(levelsOf([makeModule('a', ['b']), makeModule('b', ['a']), makeModule('c')])).toEqual([['c']]);
  });

  it('names each module of any contract once, as early as it can be', () => {
    const names = Array.from({ length: 9 }, (_, n) => `m${n}`);
    const graph = fc.tuple(...names.map((_, n) => fc.subarray(names.slice(0, n))));
    fc.assert(
      fc.property(graph, (needs) => {
        const levels = levelsOf(names.map((name, n) => makeModule(name, needs[n])));
        const levelOf = (name: string) => levels.findIndex((level) => level.includes(name));
        expect(levels.flat().sort()).toEqual(names);
        for (const [n, name] of names.entries())
          expect(levelOf(name)).toBe(1 + Math.max(-1, ...(needs[n] ?? []).map(levelOf)));
      }),
    );
  });
});

describe('what a builder may write', () => {
  const writes = writesOfBuilder(makeModule('auth', [], { paths: ['src/auth/**', 'docs/auth.md'] }), {
    shared_paths: ['package.json'],
  });

  it.each([
    ['src/auth/a.ts', true],
    ['src/auth/.env', true],
    ['docs/auth.md', true],
    ['package.json', true],
    ['.orchestration/brains/builder-auth.md', true],
    ['.orchestration/training/auth.jsonl', true],
    ['.orchestration/conflicts/auth-token-format.md', true],
    ['src/authx/a.ts', false],
    ['src/auth/../core/a.ts', false],
    ['src/Auth/a.ts', false],
    ['package.json/x', false],
    ['sub/package.json', false],
    ['.orchestration/brains/builder-api.md', false],
    ['.orchestration/training/bootstrap.jsonl', false],
    ['.orchestration/conflicts/auth.md', false],
    ['.orchestration/conflicts/auth-x/y.md', false],
    ['.orchestration/contracts/modules.json', false],
    ['.git/config', false],
    ['', false],
  ])('%s: %s', (path, allowed) => {
    expect(strayPaths(writes, [path])).toEqual(allowed ? [] : [path]);
  });
});

describe('what the others may write', () => {
  it.each([
    ['architect', '.orchestration/contracts/interfaces/a.interface.md', true],
    ['architect', 'src/a.ts', false],
    ['trainer', '.orchestration/training/bootstrap.jsonl', true],
    ['trainer', '.orchestration/training/auth.jsonl', false],
    ['scaffold', 'src/auth/index.ts', true],
    ['scaffold', '.orchestration/contracts/locks.json', false],
    ['scaffold', '.Orchestration/Contracts/locks.json', false],
    ['scaffold', '.git/hooks/pre-commit', false],
    ['scaffold', '.claude/settings.json', false],
    ['scaffold', 'packages/api/.claude/skills/x/SKILL.md', false],
    ['scaffold', '.mcp.json', false],
    ['scaffold', '.claude-plugin/plugin.json', true],
    ['shipper', '.claude/agents/x.md', false],
    ['shipper', 'CHANGELOG.md', true],
    ['shipper', '.orchestration/contracts/modules.json', false],
    ['curator', '.orchestration/brains/builder-auth.md', true],
    ['curator', 'src/a.ts', false],
    ['qc', 'src/a.ts', false],
    ['assembler', 'src/a.ts', false],
  ] as const)('%s, %s: %s', (role, path, allowed) => {
    expect(strayPaths(writesOf(role), [path])).toEqual(allowed ? [] : [path]);
  });
});

describe('settings of the client, which start what they name', () => {
  it.each([
    [['**'], '.claude/settings.json', false],
    [['src/**'], 'src/.claude/hooks/x.sh', false],
    [['.claude/commands/**'], '.claude/commands/deploy.md', true],
    [['.claude/commands/**'], '.claude/settings.json', false],
    [['**', '!.claude/**'], '.claude/commands/x.md', false],
    [['.mcp.json'], '.mcp.json', true],
    [['**'], '.claude/worktrees/a/src/x.ts', true],
    [['**'], '.claude/agent-memory/x.md', true],
  ])('%j, %s: %s', (writes, path, allowed) => {
    expect(strayPaths(writes, [path])).toEqual(allowed ? [] : [path]);
  });
});

const auth = actorOf({ role: 'builder', module: 'auth', domain: 'build' });
const shipper = actorOf({ role: 'shipper', domain: 'ship' });
const architect = actorOf({ role: 'architect', domain: 'architect' });
const master: Actor = { kind: 'master', withHuman: false };
const both: Actor = { kind: 'master', withHuman: true };
const human: Actor = { kind: 'human' };

describe('mayChange', () => {
  it.each([
    ['unlocked', auth, true],
    ['unlocked', human, true],
    ['locked', auth, false],
    ['locked', shipper, false],
    ['locked', architect, true],
    ['locked', master, true],
    ['locked', human, true],
    ['critical', auth, false],
    ['critical', architect, true],
    ['critical', master, false],
    ['critical', human, false],
    ['critical', both, true],
  ] as const)('%s, %o: %s', (lock_level, actor, allowed) => {
    expect(mayChange({ lock_level, locked_by: 'architect' }, actor)).toBe(allowed);
  });

  it('knows an agent by its role and its stage', () => {
    for (const locked_by of ['shipper', 'ship'])
      expect(mayChange({ lock_level: 'locked', locked_by }, shipper)).toBe(true);
  });

  it('knows a builder by its module too', () => {
    for (const locked_by of ['auth', 'builder-auth', 'builder'])
      expect(mayChange({ lock_level: 'locked', locked_by }, auth)).toBe(true);
    expect(mayChange({ lock_level: 'locked', locked_by: 'api' }, auth)).toBe(false);
  });
});

describe('mayWritePage', () => {
  const lock = (lock_level: LockLevel, locked_by = 'architect') => ({ lock_level, locked_by });

  it.each([
    ['architect', undefined, true],
    ['architect', lock('locked', 'pay'), true],
    ['architect', lock('critical'), true],
    ['scaffold', undefined, false],
    ['scaffold', lock('unlocked'), true],
    ['scaffold', lock('locked'), false],
    ['scaffold', lock('locked', 'scaffold'), true],
    ['scaffold', lock('critical', 'scaffold'), false],
    ['trainer', lock('unlocked'), true],
    ['shipper', lock('unlocked'), true],
    ['assembler', lock('unlocked'), true],
    ['builder', lock('unlocked'), false],
    ['qc', lock('unlocked'), false],
    ['curator', lock('unlocked'), false],
  ] as const)('%s, %o: %s', (role, held, allowed) => {
    expect(mayWritePage({ role, domain: 'x' }, held)).toBe(allowed);
  });
});

describe('lockFaults', () => {
  const contractWith = (decisions: object, interfaces: object = {}, more: Record<string, string> = {}) => {
    const files = makeContract({ 'locks.json': { decisions, interfaces }, ...more });
    return { locks: unwrap(readLocks(files)), files };
  };

  it.each([
    ['nothing changed', { a: makeLock() }, { a: makeLock() }, auth, []],
    [
      'a locked one changed by another',
      { a: makeLock() },
      { a: makeLock({ assertion: 'x' }) },
      auth,
      ['decision a'],
    ],
    [
      'a locked one changed by its domain',
      { a: makeLock({ locked_by: 'ship' }) },
      { a: makeLock({ locked_by: 'ship', assertion: 'x' }) },
      shipper,
      [],
    ],
    ['a locked one removed', { a: makeLock() }, {}, auth, ['decision a']],
    ['one in the name of another', {}, { a: makeLock() }, auth, ['decision a']],
    ['one of its own', {}, { a: makeLock({ locked_by: 'auth' }) }, auth, []],
    [
      'one that becomes critical',
      { a: makeLock() },
      { a: makeLock({ lock_level: 'critical' }) },
      master,
      ['decision a'],
    ],
    [
      'one that was critical',
      { a: makeLock({ lock_level: 'critical' }) },
      { a: makeLock({ lock_level: 'unlocked' }) },
      master,
      ['decision a'],
    ],
    ['all of it by both', { a: makeLock({ lock_level: 'critical' }) }, {}, both, []],
    [
      'an unlocked one',
      { a: makeLock({ lock_level: 'unlocked' }) },
      { a: makeLock({ lock_level: 'unlocked', assertion: 'x' }) },
      auth,
      [],
    ],
  ] as const)('%s', (_, before, after, actor, targets) => {
    const faults = lockFaults(contractWith(before), contractWith(after), actor);
    expect(faults.map(({ target }) => target)).toEqual(targets);
  });

  it('keeps the page of a locked decision', () => {
    const before = contractWith({ storage: makeLock() });
    const after = contractWith({ storage: makeLock() }, {}, { 'decisions/001-storage.md': 'x' });
    expect(lockFaults(before, after, auth).map(({ target }) => target)).toEqual(['decisions/001-storage.md']);
    expect(lockFaults(before, after, architect)).toEqual([]);
  });

  it('keeps the page of a locked interface', () => {
    const locks = { core: makeLock(), 'shared-types': makeLock({ lock_level: 'critical' }) };
    const before = contractWith({}, locks);
    const after = contractWith({}, locks, {
      'interfaces/core.interface.md': 'x',
      'interfaces/shared-types.md': 'x',
      'interfaces/web.interface.md': 'x',
    });
    const targets = (actor: Actor) => lockFaults(before, after, actor).map(({ target }) => target);
    expect(targets(auth)).toEqual(['interfaces/core.interface.md', 'interfaces/shared-types.md']);
    expect(targets(master)).toEqual(['interfaces/shared-types.md']);
    expect(targets(both)).toEqual([]);
  });
});

describe('diffContracts', () => {
  it('finds nothing in the same contract', () => {
    expect(diffContracts(makeContract(), makeContract())).toEqual([]);
  });

  it('names modules, fields, locks and pages', () => {
    const after = makeContract({
      'modules.json': makeDocument({
        test_command: 'npm run tests',
        modules: [...MODULES.filter(({ name }) => name !== 'web'), makeModule('cache', ['core'])].map(
          (module) => (module.name === 'api' ? { ...module, builder_model: 'opus' } : module),
        ),
        build_order: ['core', 'auth', 'store', 'api', 'cache'],
        assembly_order: ['core', 'store', 'auth', 'api', 'cache'],
      }),
      'locks.json': { decisions: { 'password-hash': makeLock({ lock_level: 'critical' }) } },
      'interfaces/web.interface.md': null,
      'interfaces/cache.interface.md': '# cache\n\nget\n',
      'architecture.md': '# Shop\n\nFive modules, one new.\n\n<!-- DONE -->\n',
      'decisions/001-storage.md': null,
    });
    const changes = diffContracts(makeContract(), after);
    expect(changes.map(({ what, name, how }) => `${what} ${name} ${how}`)).toEqual([
      'project modules.json changed',
      'module api changed',
      'module web removed',
      'module cache added',
      'lock decision password-hash changed',
      'lock interface core removed',
      'architecture architecture.md changed',
      'decision decisions/001-storage.md removed',
      'interface interfaces/cache.interface.md added',
      'interface interfaces/web.interface.md removed',
    ]);
    expect(changes[0]?.fields?.map(({ field }) => field)).toEqual([
      'test_command',
      'build_order',
      'assembly_order',
    ]);
    expect(changes[1]?.fields).toEqual([{ field: 'builder_model', before: '"sonnet"', after: '"opus"' }]);
    expect(changes[6]?.lines).toEqual({ added: 1, removed: 1 });
    expect(changes[8]?.lines).toEqual({ added: 3, removed: 0 });
  });

  it('tells of a broken contract by its files', () => {
    const changes = diffContracts(makeContract(), makeContract({ 'modules.json': '{', 'locks.json': null }));
    expect(changes.map(({ what, name, how }) => `${what} ${name} ${how}`)).toEqual([
      'file modules.json changed',
      'file locks.json removed',
    ]);
  });
});
