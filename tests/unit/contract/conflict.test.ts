import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONFLICT_FORM,
  type Conflict,
  decisionOf,
  parseBlocked,
  parseConflict,
  splitConflictName,
} from '../../../src/contract/conflict.ts';
import { decisionsOf, parseContract } from '../../../src/contract/contract.ts';
import type { ContractFiles } from '../../../src/contract/contract-files.ts';
import { conflictHash, hashContract } from '../../../src/contract/hash.ts';
import {
  addBrainNote,
  formatBrainNote,
  type Resolution,
  readNotification,
  resolveConflict,
} from '../../../src/pipeline/conflict/resolve.ts';
import { unwrap } from '../../../src/system/result.ts';
import { MODULES, makeContract, makeDocument, makeLock, REPORT } from './sample.ts';

const NAMES = MODULES.map(({ name }) => name);

const makeConflict = (text = REPORT, name = 'auth-token-format'): Conflict =>
  unwrap(parseConflict(name, text, NAMES));

describe('a conflict report', () => {
  it('is read by its headings', () => {
    const read = parseConflict('auth-token-format', REPORT, NAMES);
    expect(read).toMatchObject({
      ok: true,
      diagnostics: [],
      value: {
        name: 'auth-token-format',
        module: 'auth',
        title: 'Tokens cannot be opaque',
        contract: 'interfaces/auth.interface.md: "tokens are opaque"',
        options: 'Signed tokens, or a call more.',
      },
    });
  });

  it('has the form that builders are shown', () => {
    const read = parseConflict('auth-x', CONFLICT_FORM, NAMES);
    expect(read).toMatchObject({ ok: true, diagnostics: [] });
    expect(unwrap(read).title).toBe('(the conflict in one sentence)');
    expect(unwrap(read).proposal).toMatch(/^\(the option that you recommend/);
  });

  it.each([
    ['no headings', 'It cannot be done.', { title: 'token format', problem: 'It cannot be done.' }, 4],
    ['one heading', '# T\n## Problem\nP\n', { title: 'T', problem: 'P', contract: '' }, 3],
    ['a heading in a fence', '# T\n```\n## Problem\n```\n', { problem: '# T\n```\n## Problem\n```' }, 4],
  ])('counts with %s too', (_, text, expected, warnings) => {
    const read = parseConflict('auth-token-format', text, NAMES);
    expect(read).toMatchObject({ ok: true, value: expected });
    expect(read.diagnostics.map(({ severity }) => severity)).toEqual(Array(warnings).fill('warning'));
  });

  it.each([
    ['cache-x', REPORT, 'conflict-name'],
    ['auth', REPORT, 'conflict-name'],
    ['auth-', REPORT, 'conflict-name'],
    ['../auth-x', REPORT, 'conflict-name'],
    ['auth-x', ' \n', 'conflict-empty'],
  ])('named %s is refused', (name, text, code) => {
    expect(parseConflict(name, text, NAMES)).toMatchObject({ ok: false, diagnostics: [{ code }] });
  });

  it('belongs to the longer of two modules', () => {
    expect(splitConflictName('api-client-x', ['api', 'api-client'])).toEqual({
      module: 'api-client',
      issue: 'x',
    });
    expect(splitConflictName('api-client', ['api', 'api-client'])).toEqual({
      module: 'api',
      issue: 'client',
    });
  });
});

describe('parseBlocked', () => {
  const path = '.orchestration/conflicts/auth-token-format.md';
  it.each([
    [`BLOCKED. Contract conflict: ${path}`, { name: 'auth-token-format', detail: path }],
    [`**BLOCKED.** Contract conflict: \`${path}\`.`, { name: 'auth-token-format' }],
    [`blocked: contract conflict: tokens (see ${path})`, { name: 'auth-token-format' }],
    ['BLOCKED. Contract conflict: tokens are opaque', { detail: 'tokens are opaque' }],
    ['BLOCKED. Contract conflict:', { detail: '' }],
    ['Done. No contract conflict: all good', undefined],
    ['BLOCKED. The tests fail', undefined],
    ['', undefined],
  ])('%j', (line, expected) => {
    const found = parseBlocked(line);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
    expect(found?.name).toBe((expected as { name?: string } | undefined)?.name);
  });
});

const resolve = (
  more: Partial<Resolution>,
  conflict = makeConflict(),
  files: ContractFiles = makeContract(),
) =>
  resolveConflict(files, conflict, {
    decision: 'adapt',
    note: 'Tokens stay opaque; ask auth.',
    changed: new Map(),
    date: '2026-03-04',
    ...more,
  });

describe('resolveConflict', () => {
  it('adds a decision where the module adapts, and changes nothing else', () => {
    const before = makeContract();
    const { files, adr, affected, changes, hash } = unwrap(resolve({}));
    expect([...files].filter(([path, text]) => before.get(path) !== text)).toEqual([[adr.path, adr.text]]);
    expect(adr.path).toBe('decisions/002-auth-token-format.md');
    expect([affected, changes]).toEqual([['auth'], []]);
    expect(hash).toBe(hashContract(files));
    expect(parseContract(files).ok).toBe(true);
    expect(adr.text).toMatch(/## Status\n\naccepted by a human, 2026-03-04\n/);
    expect(adr.text).toContain(
      'The contract does not change; auth adapts to it.\n\nTokens stay opaque; ask auth.',
    );
    expect(adr.text).toContain('The api reads the user out of the token.');
  });

  it('is found again by the report that it resolves, and by no other', () => {
    const { files, affected, note } = unwrap(resolve({}));
    const decisions = decisionsOf(files);
    expect(decisionOf(makeConflict(), decisions)?.path).toBe('decisions/002-auth-token-format.md');
    expect(decisionOf(makeConflict(`${REPORT}more\n`), decisions)).toBeUndefined();
    expect(decisionOf(makeConflict(REPORT, 'auth-other'), decisions)).toBeUndefined();
    expect(decisions.map(readNotification)).toEqual([undefined, { modules: affected, note }]);
  });

  it.each([
    ['a page of an interface', { 'interfaces/auth.interface.md': 'Tokens are signed.' }, ['auth', 'api']],
    ['the shared types', { 'interfaces/shared-types.md': 'x' }, NAMES],
    [
      'a lock',
      {
        'locks.json': {
          decisions: { 'password-hash': makeLock({ affects: ['web'] }) },
          interfaces: { core: makeLock() },
        },
      },
      ['auth', 'api', 'web'],
    ],
    [
      'a module',
      {
        'modules.json': makeDocument({
          modules: MODULES.map((module) =>
            module.name === 'store' ? { ...module, description: 'x' } : module,
          ),
        }),
      },
      ['auth', 'store', 'api'],
    ],
    ['a command of all', { 'modules.json': makeDocument({ test_command: 'npm run tests' }) }, NAMES],
  ])('tells whom %s concerns', (_, given, modules) => {
    const changed = new Map([...makeContract(given)].filter(([path]) => Object.hasOwn(given, path)));
    const { affected, files } = unwrap(resolve({ decision: 'flex', changed }));
    expect(affected).toEqual(modules);
    expect(parseContract(files).ok).toBe(true);
  });

  it.each([
    ['no note', { note: ' ' }, 'conflict-no-note'],
    [
      'a change where the module adapts',
      { changed: new Map([['architecture.md', 'x']]) },
      'conflict-adapt-changes',
    ],
    ['no change where the contract flexes', { decision: 'flex' as const }, 'conflict-nothing-flexes'],
    [
      'the same text again',
      {
        decision: 'flex' as const,
        changed: new Map([['locks.json', makeContract().get('locks.json') ?? '']]),
      },
      'conflict-nothing-flexes',
    ],
    [
      'a contract that is not valid afterwards',
      { decision: 'flex' as const, changed: new Map([['architecture.md', 'no sentinel']]) },
      'contract-architecture',
    ],
  ])('refuses %s', (_, more, code) => {
    expect(resolve(more)).toMatchObject({ ok: false, diagnostics: [{ code }] });
  });

  it('takes the number after the last, also of those that come with it', () => {
    const decision = makeContract().get('decisions/001-storage.md') ?? '';
    const changed = new Map([['decisions/041-tokens.md', decision]]);
    expect(unwrap(resolve({ decision: 'flex', changed })).adr.path).toBe(
      'decisions/042-auth-token-format.md',
    );
    const full = makeContract({ 'decisions/999-last.md': decision });
    expect(resolve({}, makeConflict(), full)).toMatchObject({ ok: false });
  });

  it('makes a valid contract out of any report and note', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '# x',
        '## Status',
        '```',
        '~~~~',
        '> ```',
        '- ```',
        '---',
        '===',
        '<!-- DONE -->',
        'Conflict: a b',
        'To be told: core',
        'Note: x',
      ),
      fc.string({ maxLength: 20 }),
    );
    const text = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => `x\n${lines.join('\n')}`);
    fc.assert(
      fc.property(text, text, (report, note) => {
        const conflict = makeConflict(`${REPORT}\n${report}`);
        const { files, note: said, affected } = unwrap(resolve({ note }, conflict));
        const decisions = decisionsOf(files);
        expect(decisionOf(conflict, decisions)?.number).toBe(2);
        expect(decisionOf({ name: 'a', hash: 'b' }, decisions)).toBeUndefined();
        expect(readNotification(decisions[1] ?? { text: '' })).toEqual({ modules: affected, note: said });
      }),
    );
  });
});

describe('conflictHash', () => {
  it('is bound to the contract and to the report', () => {
    const hashes = [
      conflictHash(makeContract(), makeConflict()),
      conflictHash(makeContract({ 'architecture.md': '# B\n\nx\n<!-- DONE -->\n' }), makeConflict()),
      conflictHash(makeContract(), makeConflict(`${REPORT}.`)),
      conflictHash(makeContract(), makeConflict(REPORT, 'auth-other')),
      hashContract(makeContract()),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('the note for builders', () => {
  const note = formatBrainNote(
    makeConflict(),
    { decision: 'flex', note: 'Tokens\nare signed', date: '2026-03-04' },
    'decisions/002-x.md',
  );

  it('is one line that says what to read', () => {
    expect(note).toBe(
      '2026-03-04: conflict auth-token-format is resolved, read .orchestration/contracts/decisions/002-x.md. The contract changes. Tokens are signed',
    );
    const long = { decision: 'adapt' as const, note: 'x'.repeat(999), date: '2026-03-04' };
    expect(formatBrainNote(makeConflict(), long, 'decisions/002-x.md').length).toBeLessThanOrEqual(400);
  });

  it.each([
    ['', '## Decisions\n\n- N\n'],
    ['# Brain\n', '# Brain\n\n## Decisions\n\n- N\n'],
    [
      '# B\n\n## Decisions\n\n- a\n\n## Next Steps\n\n- b\n',
      '# B\n\n## Decisions\n\n- a\n- N\n\n## Next Steps\n\n- b\n',
    ],
    ['## decisions\n## Known Issues\n', '## decisions\n\n- N\n\n## Known Issues\n'],
    ['## Decisions\n\n- a', '## Decisions\n\n- a\n- N\n'],
    ['## Decisions\n\n- N\n', '## Decisions\n\n- N\n'],
  ])('goes into %j', (text, expected) => {
    expect(addBrainNote(text, 'N')).toBe(expected);
    expect(addBrainNote(expected, 'N')).toBe(expected);
  });
});
