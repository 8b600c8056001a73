import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { examineScaffold, type ScaffoldOrder } from '../../../../src/pipeline/qc/conformance.io.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { commit, git, makeRepository, write } from '../../../hazards/git-scratch.ts';

const STUB = 'export const f = () => {\n  throw new Error("not implemented");\n};\n';
const WORK = 'export function f(x: number) {\n  if (x > 1) return 2;\n  return 1;\n}\n';
const TYPES = '.orchestration/contracts/interfaces/shared-types.md';

function prepare() {
  const root = makeRepository({
    'src/auth/old.ts': WORK,
    'tool.ts': WORK,
    '.gitignore': 'node_modules\n',
    [TYPES]: 'File: src/types.ts\n',
  });
  const order: ScaffoldOrder = {
    root,
    base: git(root, 'rev-parse', 'HEAD'),
    modules: [{ name: 'auth', paths: ['src/auth/**'] }],
    sharedPaths: ['package.json'],
    tests: { code: 0, signal: null, timedOut: false, durationMs: 1, tail: '' },
    compile: (globs) => picomatch([...globs], { dot: true }),
  };
  const look = async () => {
    const { conforms, differences } = unwrap(await examineScaffold(order));
    return { conforms, found: differences.map(({ kind, paths }) => [kind, ...paths]) };
  };
  return { root, order, look };
}

const GOOD = {
  'src/auth/index.ts': STUB,
  'src/types.ts': WORK,
  'package.json': '{}',
  'node_modules/x/a.ts': WORK,
};

describe('examineScaffold', () => {
  it('says the same before and after the commit', async () => {
    const { root, look } = prepare();
    write(root, GOOD);
    const before = await look();
    expect(before).toEqual({ conforms: true, found: [] });
    commit(root, {});
    expect(await look()).toEqual(before);
  });

  it('finds work, strays and changed files, committed, staged or neither', async () => {
    const { root, look } = prepare();
    commit(root, { ...GOOD, 'src/auth/committed.ts': WORK });
    write(root, { 'src/auth/staged.ts': WORK, 'tool.ts': STUB });
    git(root, 'add', '.');
    write(root, { 'src/auth/loose.ts': WORK, 'stray.ts': STUB });
    expect(await look()).toEqual({
      conforms: false,
      found: [
        ['not-a-stub', 'src/auth/committed.ts'],
        ['not-a-stub', 'src/auth/loose.ts'],
        ['not-a-stub', 'src/auth/staged.ts'],
        ['unowned', 'stray.ts'],
        ['changed', 'tool.ts'],
      ],
    });
  });

  it('misses what is not on the disk, though git knows it', async () => {
    const { root, look } = prepare();
    commit(root, GOOD);
    rmSync(join(root, 'src/types.ts'));
    rmSync(join(root, 'src/auth'), { recursive: true });
    expect((await look()).found).toEqual([
      ['module-missing', 'src/auth/**'],
      ['shared-types', 'src/types.ts'],
    ]);
  });

  it('reads no file through a link', async () => {
    const { root, look } = prepare();
    write(root, GOOD);
    symlinkSync(join(root, 'tool.ts'), join(root, 'src/auth/linked.ts'));
    expect(await look()).toEqual({ conforms: true, found: [] });
    rmSync(join(root, TYPES));
    symlinkSync('/etc/hostname', join(root, TYPES));
    expect((await look()).found).toEqual([
      ['shared-types', TYPES],
      ['unowned', 'src/types.ts'],
    ]);
  });

  it('says that there is no such commit', async () => {
    const { order } = prepare();
    const answer = await examineScaffold({ ...order, base: 'no-such-commit' });
    expect(answer).toMatchObject({ ok: false, diagnostics: [{ code: 'git-failed' }] });
  });
});
