import { describe, expect, it } from 'vitest';
import {
  compareProject,
  describeProjectChange,
  type ProjectSeen,
} from '../../../../src/run/ledger/project-change.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const seen = (more: Partial<ProjectSeen> = {}): ProjectSeen => ({
  base: A,
  head: 'main',
  paths: {},
  ...more,
});

describe('the comparison of a project with what was seen before', () => {
  it.each<[string, ProjectSeen, ProjectSeen, readonly string[], unknown]>([
    ['nothing', seen(), seen(), [], undefined],
    ['a moved branch', seen(), seen({ base: B }), [], { base: { from: A, to: B }, paths: [] }],
    ['a deleted branch', seen(), seen({ base: null }), [], { base: { from: A, to: null }, paths: [] }],
    ['the move that the engine made', seen(), seen({ base: B }), [B], undefined],
    [
      'another branch',
      seen(),
      seen({ head: 'topic' }),
      [],
      { head: { from: 'main', to: 'topic' }, paths: [] },
    ],
    [
      'paths',
      seen({ paths: { kept: '?? 1', edited: '?? 1', noted: '.M 1', removed: '?? 1' } }),
      seen({
        paths: {
          ...{ kept: '?? 1', edited: '?? 2', noted: '.M 2', added: '?? 1', constructor: '?? 1' },
          ...{ staged: 'A. 1', changed: '.M 1', restaged: 'M. 1', lost: '.D absent', dropped: 'D. absent' },
          ...{ clash: 'UU 1' },
        },
      }),
      [],
      {
        paths: [
          { path: 'edited', how: 'modified' },
          { path: 'noted', how: 'modified' },
          { path: 'added', how: 'new' },
          { path: 'constructor', how: 'new' },
          { path: 'staged', how: 'new' },
          { path: 'changed', how: 'modified' },
          { path: 'restaged', how: 'modified' },
          { path: 'lost', how: 'deleted' },
          { path: 'dropped', how: 'deleted' },
          { path: 'clash', how: 'modified' },
          { path: 'removed', how: 'gone' },
        ],
      },
    ],
    [
      'settings that an earlier version did not look at',
      seen(),
      seen({ settings: { 'core.bare': '1' } }),
      [],
      undefined,
    ],
    [
      'paths beside the move that the engine made',
      seen(),
      seen({ base: B, paths: { added: '?? 1' } }),
      [B],
      { paths: [{ path: 'added', how: 'new' }] },
    ],
  ])('%s', (_, before, now, ownTips, expected) => {
    expect(compareProject(before, now, ownTips)).toEqual(expected);
  });
});

describe('the description of a change', () => {
  it('names commits, paths and agents', () => {
    expect(
      describeProjectChange({
        base: { branch: 'trunk', from: A, to: B, commits: ['1234567 One', '2345678 Two'] },
        paths: [{ path: 'src/a b.ts', how: 'modified' }],
        agents: ['build-auth', 'build-web'],
      }),
    ).toBe(
      'trunk was moved from aaaaaaaaaaaa to bbbbbbbbbbbb (2 new commits: 1234567 One, 2345678 Two); in your checkout: src/a b.ts (modified) (while these agents ran: build-auth, build-web)',
    );
  });

  it.each([
    [
      { base: { branch: 'main', from: A, to: null, commits: [] }, paths: [], agents: [] },
      'the branch main (aaaaaaaaaaaa) was deleted (while no agent of this build ran)',
    ],
    [
      { base: { branch: 'main', from: A, to: B, commits: [] }, paths: [], agents: ['a1'] },
      'main was moved from aaaaaaaaaaaa to bbbbbbbbbbbb (no new commit) (while these agents ran: a1)',
    ],
    [
      { head: { from: 'main', to: 'topic' }, paths: [], agents: [] },
      'your checkout was switched from main to topic (while no agent of this build ran)',
    ],
    [
      {
        paths: Array.from({ length: 12 }, (_, n) => ({ path: `f${n}`, how: 'gone' as const })),
        agents: [],
      },
      'in your checkout: f0 (no longer uncommitted), f1 (no longer uncommitted), f2 (no longer uncommitted), f3 (no longer uncommitted), f4 (no longer uncommitted), f5 (no longer uncommitted), f6 (no longer uncommitted), f7 (no longer uncommitted), f8 (no longer uncommitted), f9 (no longer uncommitted) and 2 more (while no agent of this build ran)',
    ],
    [
      {
        paths: [],
        settings: [
          { name: 'user.name', how: 'modified' as const },
          { name: 'core.bare', how: 'new' as const, effect: 'view' as const },
          { name: '.git/hooks/pre-push', how: 'deleted' as const, effect: 'program' as const },
        ],
        agents: [],
      },
      "in the repository's settings: .git/hooks/pre-push (deleted, git starts programs of it), user.name (modified), core.bare (new, changes what git shows) (while no agent of this build ran)",
    ],
  ])('%#', (change, text) => {
    expect(describeProjectChange(change)).toBe(text);
  });

  it('keeps control characters of a path away from a terminal', () => {
    const change = { paths: [{ path: 'a\u001b[31mb', how: 'new' as const }], agents: [] };
    expect(describeProjectChange(change)).not.toContain('\u001b');
  });
});
