import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorktree } from '../../src/workspace/worktree/create.io.ts';
import {
  branchOf,
  formatRescuePrefix,
  isModuleName,
  parseRescueRef,
} from '../../src/workspace/worktree/names.ts';
import { scaled } from '../harness/scale.ts';
import { git, makeRepository, makeSite, RUN, tryGit } from './git-scratch.ts';

const REFUSED = [
  '', ' ', '.', '..', '-', '--force', '-b', '$(id)', '`id`', 'a|b', 'a;b', 'a&b', 'a>b', 'a b', 'a\tb', 'a\nb', 'a\0b',
  '../a', 'a/b', '/a', 'a\\b', 'a..b', 'a.lock', 'a.', '.a', '_a', 'A', 'Auth', 'ä', 'а', 'a~1', 'a^', 'a:b', 'a?', 'a*',
  'a[b', '@', '@{-1}', 'a@{0}', 'integration', 'x'.repeat(65),
]; // biome-ignore format: a table
const ACCEPTED = [
  'a',
  '0',
  'auth',
  'auth-2',
  'auth_2',
  'a.b',
  'v1.2.3',
  'x'.repeat(64),
  'head',
  'main',
  'lock',
];

describe('names of modules', () => {
  it('that git or a shell could misread are refused, and nothing is created', async () => {
    const site = await makeSite(makeRepository());
    for (const name of REFUSED) {
      const result = await createWorktree(site, name, 'main');
      expect(result, JSON.stringify(name)).toMatchObject({ ok: false, cause: 'input' });
      expect(result.diagnostics[0]?.code).toBe('worktree-name');
    }
    expect(git(site.repo.directory, 'branch', '--list', 'orchestration/*')).toBe('');
  });

  it('that are accepted are valid for git', () => {
    const project = makeRepository();
    for (const name of ACCEPTED) {
      expect(isModuleName(name), name).toBe(true);
      expect(tryGit(project, 'check-ref-format', '--branch', branchOf(RUN, name)).code, name).toBe(0);
      expect(parseRescueRef(`${formatRescuePrefix(RUN, name)}7`)).toEqual({ run: RUN, module: name, n: 7 });
    }
  });

  const count = scaled(1_000, 10_000);
  it(`${count} random ones: accepted names are plain and valid branches for git`, () => {
    const project = makeRepository();
    const letters = fc.constantFrom(
      ...'ab0.-_/@{}~^:?*[\\ $`|;&<>"\'\n\tÄé\u202e'.split(''),
      'lock',
      '.lock',
      '..',
    );
    const names = fc.sample(
      fc.oneof(
        fc.array(letters, { maxLength: 8 }).map((all) => all.join('')),
        fc.string(),
      ),
      {
        numRuns: count,
        seed: 42,
      },
    );
    const passed = [...new Set(names.filter(isModuleName))];
    expect(passed.length).toBeGreaterThan(20);
    for (const name of passed) expect(name).toMatch(/^[a-z0-9][a-z0-9._-]{0,63}$/);
    const refs = passed.map(
      (name) => `create refs/heads/${branchOf(RUN, name)} ${git(project, 'rev-parse', 'HEAD')}`,
    );
    for (const line of refs.slice(0, 400))
      expect(tryGit(project, 'check-ref-format', line.split(' ')[1] ?? '').code).toBe(0);
  });

  it('a branch that conflicts with ours is named, with a fix', async () => {
    for (const branch of ['orchestration', `orchestration/${RUN}`]) {
      const project = makeRepository();
      git(project, 'branch', branch);
      const result = await createWorktree(await makeSite(project), 'auth', 'main');
      expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'git-branch-in-the-way' }] });
      expect(result.diagnostics[0]?.fix).toContain(`branch -m ${branch} `);
    }
  });
});
