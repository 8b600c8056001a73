import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseContract, readLocks, readModules } from '../../../src/contract/contract.ts';
import { unwrap } from '../../../src/system/result.ts';
import { DECISION, MODULES, makeContract, makeDocument, makeLock, makeModule } from './sample.ts';

const withModules = (more: object) => makeContract({ 'modules.json': makeDocument(more) });
const change = (name: string, more: object) => ({
  modules: MODULES.map((module) => (module.name === name ? { ...module, ...more } : module)),
});
const withLocks = (locks: object) => makeContract({ 'locks.json': locks });
const withCheck = (check: object) => withLocks({ decisions: { hash: makeLock({ check }) } });

describe('parseContract', () => {
  it('reads a whole contract', () => {
    const contract = unwrap(parseContract(makeContract()));
    expect(contract.modules.modules.map(({ name }) => name)).toEqual(['core', 'auth', 'store', 'api', 'web']);
    expect(contract.modules.shared_paths).toEqual(['package.json', 'package-lock.json']);
    expect(contract.locks.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'decision password-hash',
      'interface core',
    ]);
    expect(contract.decisions).toMatchObject([{ number: 1, topic: 'storage', status: 'accepted' }]);
    expect([...contract.interfaces.keys()]).toEqual(['core', 'auth', 'store', 'api', 'web']);
    expect(contract.architecture).toContain('Five modules');
    expect(contract.sharedTypes).toContain('cents');
  });

  it.each([
    ['no architecture', makeContract({ 'architecture.md': null }), 'architecture.md', 'missing'],
    ['no sentinel', makeContract({ 'architecture.md': '# A\n' }), 'architecture.md', 'does not end with'],
    [
      'sentinel in a fence',
      makeContract({ 'architecture.md': '# A\n```\n<!-- DONE -->\n' }),
      'architecture.md',
      'does not end',
    ],
    [
      'an error',
      makeContract({ 'architecture.md': '# ERROR\n\nNo\n<!-- DONE -->\n' }),
      'architecture.md',
      'ERROR',
    ],
    [
      'nothing in it',
      makeContract({ 'architecture.md': '<!-- DONE -->\n' }),
      'architecture.md',
      'says nothing',
    ],
    ['no modules.json', makeContract({ 'modules.json': null }), 'modules.json', 'missing'],
    ['no JSON', makeContract({ 'modules.json': '{"project": }' }), 'modules.json', 'is not JSON: Unexpected'],
    ['a key too many', withModules({ testCommand: 'x' }), 'modules.json $.testCommand', 'no such key'],
    ['a key missing', withModules({ test_command: undefined }), 'modules.json $.test_command', 'missing'],
    ['a wrong type', withModules({ modules: {} }), 'modules.json $.modules', 'must be a list'],
    ['no modules', withModules({ modules: [] }), 'modules.json $.modules', 'must have at least 1 entry'],
    [
      'a name with a dot',
      withModules(change('web', { name: 'we.b' })),
      'modules.json $.modules[4].name',
      'must be 1 to 48',
    ],
    [
      'the name of the integration',
      withModules(change('web', { name: 'integration' })),
      'modules.json $.modules[4].name',
      'must be',
    ],
    [
      'a name twice',
      withModules(change('web', { name: 'core' })),
      'modules.json $.modules[4].name',
      '$.modules[0] is called "core" too',
    ],
    [
      'another interface',
      withModules(change('web', { interface: 'web.md' })),
      'modules.json $.modules[4].interface',
      'interfaces/web.interface.md',
    ],
    [
      'an unknown dependency',
      withModules(change('web', { depends_on: ['core', 'cache'] })),
      'modules.json $.modules[4].depends_on[1]',
      'no module "cache"',
    ],
    [
      'a circle',
      withModules(change('core', { depends_on: ['api'] })),
      'modules.json $.modules',
      'core → api → auth → core',
    ],
    ['itself', withModules(change('web', { depends_on: ['web'] })), 'modules.json $.modules', 'web → web'],
    [
      'an unknown model',
      withModules(change('web', { builder_model: 'gpt' })),
      'modules.json $.modules[4].builder_model',
      'haiku, sonnet, opus, fable',
    ],
    [
      'an unknown complexity',
      withModules(change('web', { estimated_complexity: 'huge' })),
      'modules.json $.modules[4].estimated_complexity',
      'low, medium, high',
    ],
    [
      'no paths',
      withModules(change('web', { paths: [] })),
      'modules.json $.modules[4].paths',
      'must have at least 1 entry',
    ],
    [
      'a path outside',
      withModules(change('web', { paths: ['../web/**'] })),
      'modules.json $.modules[4].paths[0]',
      'leads out',
    ],
    [
      'an absolute path',
      withModules({ shared_paths: ['/etc/passwd'] }),
      'modules.json $.shared_paths[0]',
      'absolute',
    ],
    [
      'a path of ours',
      withModules(change('web', { paths: ['.orchestration/brains/x.md'] })),
      'modules.json $.modules[4].paths[0]',
      '.orchestration/**',
    ],
    [
      'everything',
      withModules(change('web', { paths: ['**/*.html'] })),
      'modules.json $.modules[4].paths[0]',
      '.orchestration/**',
    ],
    [
      'hooks of git',
      withModules(change('web', { paths: ['.GIT/hooks/*'] })),
      'modules.json $.modules[4].paths[0]',
      '.git/**',
    ],
    [
      'an overlap',
      withModules(change('web', { paths: ['web/**', 'src/*/views/**'] })),
      'modules.json $.modules[4].paths[1]',
      'overlaps "src/core/**" (module core',
    ],
    [
      'an overlap with what is shared',
      withModules(change('web', { paths: ['*.json'] })),
      'modules.json $.shared_paths[0]',
      'overlaps "*.json" (module web',
    ],
    [
      'an order that is short',
      withModules({ build_order: ['core', 'auth', 'store', 'api'] }),
      'modules.json $.build_order',
      'web is missing',
    ],
    [
      'an order with one twice',
      withModules({ build_order: ['core', 'auth', 'core', 'store', 'web', 'api'] }),
      'modules.json $.build_order[2]',
      'twice',
    ],
    [
      'an order with a stranger',
      withModules({ assembly_order: ['web', 'core', 'store', 'auth', 'api', 'x'] }),
      'modules.json $.assembly_order[5]',
      'no module "x"',
    ],
    [
      'an order against the dependencies',
      withModules({ assembly_order: ['web', 'auth', 'core', 'store', 'api'] }),
      'modules.json $.assembly_order[1]',
      'auth is listed before its dependency core',
    ],
    [
      'a pipe in a command',
      withModules({ test_command: 'npm test | tee log' }),
      'modules.json $.test_command',
      'needs a shell',
    ],
    [
      'a variable before a command',
      withModules(change('auth', { test_command: 'CI=1 npm test' })),
      'modules.json $.modules[1].test_command',
      'only a shell sets',
    ],
    [
      'an interface missing',
      makeContract({ 'interfaces/web.interface.md': null }),
      'interfaces/web.interface.md',
      'missing',
    ],
    [
      'an interface empty',
      makeContract({ 'interfaces/web.interface.md': ' \n' }),
      'interfaces/web.interface.md',
      'empty',
    ],
    [
      'no shared types',
      makeContract({ 'interfaces/shared-types.md': null }),
      'interfaces/shared-types.md',
      'missing',
    ],
    [
      'a decision without a number',
      makeContract({ 'decisions/storage.md': DECISION }),
      'decisions/storage.md',
      'NNN-topic.md',
    ],
    [
      'a number twice',
      makeContract({ 'decisions/001-tests.md': DECISION }),
      'decisions/001-tests.md',
      'number of decisions/001-storage.md',
    ],
    [
      'a heading missing',
      makeContract({ 'decisions/002-x.md': DECISION.replace('## Context', 'Context') }),
      'decisions/002-x.md ## Context',
      'heading is missing',
    ],
    [
      'a heading in a fence',
      makeContract({ 'decisions/002-x.md': DECISION.replace('## Status', '```\n## Status\n```') }),
      'decisions/002-x.md ## Status',
      'heading is missing',
    ],
    [
      'nothing under a heading',
      makeContract({ 'decisions/002-x.md': DECISION.replace('A server.', '') }),
      'decisions/002-x.md ## Alternatives Considered',
      'nothing under',
    ],
    ['no locks', makeContract({ 'locks.json': null }), 'locks.json', 'missing'],
    [
      'an unknown level',
      withLocks({ decisions: { a: makeLock({ lock_level: 'hard' }) } }),
      'locks.json $.decisions.a.lock_level',
      'unlocked, locked, critical',
    ],
    [
      'no date',
      withLocks({ interfaces: { a: makeLock({ locked_at: 'today' }) } }),
      'locks.json $.interfaces.a.locked_at',
      'ISO 8601',
    ],
    [
      'a flat lock without a name',
      withLocks({ locks: [makeLock()] }),
      'locks.json $.locks[0].name',
      'missing',
    ],
    [
      'a flat lock twice',
      withLocks({ locks: [makeLock({ id: 'a' }), makeLock({ name: 'a' })] }),
      'locks.json $.decisions.a',
      'twice',
    ],
    [
      'a check of nothing',
      withCheck({ pattern: 'x' }),
      'locks.json $.decisions.hash.check',
      'must be {"pattern"',
    ],
    [
      'a bad pattern',
      withCheck({ pattern: '(', must: 'occur', paths: ['src/**'] }),
      'locks.json $.decisions.hash.check.pattern',
      'is not a valid regular expression',
    ],
    [
      'a bad glob in a check',
      withCheck({ pattern: 'x', must: 'occur', paths: ['../x'] }),
      'locks.json $.decisions.hash.check.paths[0]',
      'leads out',
    ],
    [
      'a shell in a check',
      withCheck({ command: 'grep x > y' }),
      'locks.json $.decisions.hash.check.command',
      'needs a shell',
    ],
  ])('refuses %s', (_, files, target, why) => {
    const answer = parseContract(files);
    expect(answer.ok).toBe(false);
    const found = answer.diagnostics.find((each) => each.target === target);
    expect(found, JSON.stringify(answer.diagnostics.map((each) => each.target))).toBeDefined();
    expect(found?.message).toContain(why);
    expect(found?.message.startsWith(target)).toBe(true);
    expect(found?.fix).toMatch(/\w/);
  });

  it('names all faults at once', () => {
    const files = makeContract({
      'architecture.md': null,
      'decisions/001-storage.md': '# x\n',
      'locks.json': '{}',
      'modules.json': makeDocument({ build_order: [], ...change('web', { paths: ['/x'] }) }),
    });
    expect(parseContract(files).diagnostics).toHaveLength(1 + 5 + 5 + 1);
  });

  describe('with faults in modules.json', () => {
    const targetsOf = (document: object, ...absent: string[]) => {
      const files = makeContract({ 'modules.json': document });
      for (const path of absent) files.delete(path);
      return parseContract(files).diagnostics.map(({ target }) => target);
    };

    it('still misses the pages of the modules that it names', () => {
      const page = 'interfaces/web.interface.md';
      expect(targetsOf(makeDocument({ build_order: [] }), page)).toContain(page);
      expect(targetsOf(makeDocument({ project: 7 }), page)).toEqual(['modules.json $.project', page]);
      const broken = change('core', { builder_model: 'gpt', paths: 3 });
      expect(targetsOf(makeDocument(broken), page)).toEqual([
        'modules.json $.modules[0].paths',
        'modules.json $.modules[0].builder_model',
        page,
      ]);
    });

    it('asks for no page of what is no name', () => {
      const broken = change('web', { name: '../web' });
      expect(targetsOf(makeDocument(broken))).toEqual(['modules.json $.modules[4].name']);
      expect(targetsOf({}, 'interfaces/web.interface.md')).not.toContain('interfaces/web.interface.md');
    });

    it('still finds what is wrong with orders, paths and commands that it can read', () => {
      const document = makeDocument({
        project: undefined,
        test_command: 'npm test | tee log',
        build_order: ['auth', 'core', 'store', 'web', 'api'],
        assembly_order: 'all',
        ...change('web', { estimated_complexity: 'huge', paths: ['src/core/*.ts', ''] }),
      });
      expect(targetsOf(document)).toEqual([
        'modules.json $.project',
        'modules.json $.modules[4].paths[1]',
        'modules.json $.modules[4].estimated_complexity',
        'modules.json $.assembly_order',
        'modules.json $.build_order[0]',
        'modules.json $.test_command',
        'modules.json $.modules[4].paths[0]',
      ]);
    });

    it('reports no unknown module while the name of a module is unreadable', () => {
      const broken = change('core', { name: 7 });
      expect(targetsOf(makeDocument(broken))).toEqual(['modules.json $.modules[0].name']);
      expect(targetsOf(makeDocument({ modules: [...MODULES, 'cache'] }))).toEqual([
        'modules.json $.modules[5]',
      ]);
    });

    it('never fails on a document of any form', () => {
      fc.assert(
        fc.property(fc.json(), (text) => {
          expect(parseContract(makeContract({ 'modules.json': text })).ok).toBe(false);
        }),
      );
    });
  });

  it('takes the flat locks as it takes the named ones', () => {
    const named = { decisions: { b: makeLock(), a: makeLock() }, interfaces: { core: makeLock() } };
    const flat = {
      locks: [
        makeLock({ name: 'core', kind: 'interface' }),
        makeLock({ id: 'b' }),
        makeLock({ decision: 'a' }),
      ],
    };
    expect(unwrap(readLocks(withLocks(flat)))).toEqual(unwrap(readLocks(withLocks(named))));
  });

  it('warns of files that no agent will read', () => {
    const files = makeContract({
      'interfaces/cache.interface.md': '# x\n',
      'locks.json': { decisions: { a: makeLock({ affects: ['cache', 'all', 'web'] }) } },
    });
    const { ok, diagnostics } = parseContract(files);
    expect(ok).toBe(true);
    expect(diagnostics.map(({ severity, target }) => `${severity} ${target}`)).toEqual([
      'warning interfaces/cache.interface.md',
      'warning locks.json $.decisions.a.affects',
    ]);
  });

  it('suggests the key that was meant', () => {
    const { diagnostics } = parseContract(withModules({ testCommand: 'x' }));
    expect(diagnostics[0]?.fix).toContain('"test_command"');
  });

  it('never throws, for any content of a file', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.constant('{"modules":[{}],"locks":[null]}'));
    fc.assert(
      fc.property(fc.constantFrom(...makeContract().keys()), text, (path, value) => {
        const { ok, diagnostics } = parseContract(makeContract({ [path]: value }));
        expect(ok || diagnostics.length > 0).toBe(true);
      }),
    );
  });
});

describe('orders', () => {
  const names = Array.from({ length: 8 }, (_, n) => `m${n}`);
  const graph = fc.tuple(...names.map((_, n) => fc.subarray(names.slice(0, n))));
  const shuffled = fc.shuffledSubarray(names, { minLength: names.length });

  it('are valid exactly when every module comes after its dependencies', () => {
    fc.assert(
      fc.property(graph, shuffled, (needs, order) => {
        const modules = names.map((name, n) => makeModule(name, needs[n]));
        const document = makeDocument({ modules, build_order: order, assembly_order: names });
        const isSorted = modules.every(({ name, depends_on }) =>
          depends_on.every((needed) => order.indexOf(needed) < order.indexOf(name)),
        );
        expect(readModules(makeContract({ 'modules.json': document })).ok).toBe(isSorted);
      }),
    );
  });
});
