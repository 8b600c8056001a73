import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHECKS } from '../../../src/audit/checks/catalog.io.ts';
import { run as runHotSpots } from '../../../src/audit/checks/performance/hot-spots.io.ts';
import { readTree } from '../../../src/source/tree.io.ts';
import { unwrap } from '../../../src/system/result.ts';

const made: string[] = [];
let root = '';

function git(...args: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8', env });
}

function write(path: string, content: string | Uint8Array = 'x\n'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

async function paths(path = root): Promise<string[]> {
  return unwrap(await readTree(path)).files.map((f) => f.path);
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'audit-tree-')));
  made.push(root);
});

afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

describe('readTree in a repository', () => {
  it('lists tracked files and files that are not ignored, in order', async () => {
    git('init', '-q');
    write('.gitignore', 'out/\n');
    write('b.ts');
    git('add', '.');
    git('commit', '-qm', 'x');
    write('out/c.ts');
    write('a.ts');
    const tree = unwrap(await readTree(root));
    expect(tree).toMatchObject({ root, git: true, prefix: '' });
    expect(tree.files.map((f) => [f.path, f.tracked])).toEqual([
      ['.gitignore', true],
      ['a.ts', false],
      ['b.ts', true],
    ]);
    expect(tree.files[1]).toMatchObject({ size: 2, mode: expect.any(Number) });
  });

  it('reads a repository without commits, and one without files', async () => {
    git('init', '-q');
    expect(await paths()).toEqual([]);
    write('a.ts');
    expect(await paths()).toEqual(['a.ts']);
  });

  it('keeps names with newlines, quotes, trailing spaces and non-ASCII letters', async () => {
    const names = ['-n', ' a ', 'a\nb.ts', 'q"uote.ts', 'ünï/ç.ts', '日本.ts'];
    git('init', '-q');
    for (const name of names) write(name);
    git('add', '.');
    expect(await paths()).toEqual([...names].sort());
  });

  it('leaves out deleted files, submodules and nested repositories', async () => {
    git('init', '-q');
    write('gone.ts');
    write('kept.ts');
    git('add', '.');
    git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
    mkdirSync(join(root, 'module'));
    rmSync(join(root, 'gone.ts'));
    write('nested/a.ts');
    execFileSync('git', ['init', '-q', join(root, 'nested')]);
    expect(await paths()).toEqual(['kept.ts']);
  });

  it('follows no link to a file or a folder', async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'audit-outside-')));
    made.push(outside);
    writeFileSync(join(outside, 'secret.ts'), 'x');
    git('init', '-q');
    write('folder/secret.ts');
    write('a.ts');
    git('add', '.');
    rmSync(join(root, 'folder'), { recursive: true });
    symlinkSync(outside, join(root, 'folder'));
    symlinkSync(join(outside, 'secret.ts'), join(root, 'link.ts'));
    symlinkSync(join(root, 'a.ts'), join(root, 'inner.ts'));
    expect(await paths()).toEqual(['a.ts']);
  });

  it('lists only files below the path, also through a link to the path', async () => {
    git('init', '-q');
    write('packages/a/x.ts');
    write('b.ts');
    git('add', '.');
    const link = `${root}-link`;
    made.push(link);
    symlinkSync(join(root, 'packages/a'), link);
    expect(unwrap(await readTree(link))).toMatchObject({
      root: join(root, 'packages/a'),
      prefix: 'packages/a/',
    });
    expect(await paths(link)).toEqual(['x.ts']);
  });

  it('walks a folder that its repository ignores', async () => {
    git('init', '-q');
    write('.gitignore', 'cache/\n');
    write('cache/copy/a.ts');
    const tree = unwrap(await readTree(join(root, 'cache/copy')));
    expect([tree.git, tree.files.map((f) => f.path)]).toEqual([false, ['a.ts']]);
  });

  it('lists each path of an unfinished merge once', async () => {
    git('init', '-q', '-b', 'main');
    write('a.ts', 'one\n');
    git('add', '.');
    git('commit', '-qm', '1');
    git('checkout', '-qb', 'topic');
    write('a.ts', 'two\n');
    git('commit', '-qam', '2');
    git('checkout', '-q', 'main');
    write('a.ts', 'three\n');
    git('commit', '-qam', '3');
    expect(() => git('merge', 'topic')).toThrow();
    expect(await paths()).toEqual(['a.ts']);
  });

  it('reads the repository of the path, not the one in GIT_DIR', async () => {
    git('init', '-q');
    write('a.ts');
    vi.stubEnv('GIT_DIR', '/nowhere/.git');
    vi.stubEnv('GIT_INDEX_FILE', '/nowhere/index');
    vi.stubEnv('PAGER', 'less');
    expect(await paths()).toEqual(['a.ts']);
    vi.unstubAllEnvs();
  });

  it('starts no program from the configuration of the repository', async () => {
    git('init', '-q');
    write('a.ts');
    git('add', '.');
    git('commit', '-qm', 'x');
    const trap = join(root, '.git', 'trap');
    writeFileSync(trap, `#!/bin/sh\ntouch ${join(root, '.git', 'sprung')}\n`);
    chmodSync(trap, 0o755);
    git('config', 'core.fsmonitor', trap);
    git('config', 'diff.external', trap);
    git('config', 'core.pager', trap);
    git('config', 'log.showSignature', 'true');
    git('config', 'gpg.program', trap);
    await runHotSpots(unwrap(await readTree(root)));
    expect(await paths(join(root, '.git')).catch((e: Error) => e.message)).toMatch(/bare repository/);
    expect(() => execFileSync('test', ['-e', join(root, '.git', 'sprung')])).toThrow();
  });
});

describe('readTree elsewhere', () => {
  it('walks a folder outside a repository, without dependencies', async () => {
    write('a.ts');
    write('.hidden/b.ts');
    write('node_modules/c.js');
    symlinkSync(tmpdir(), join(root, 'out'));
    const tree = unwrap(await readTree(root));
    expect([tree.git, tree.files.map((f) => f.path)]).toEqual([false, ['.hidden/b.ts', 'a.ts']]);
  });

  it.each([
    ['nothing there', () => join(root, 'no'), 'audit-path-missing'],
    ['a file', () => join(root, 'a.ts'), 'audit-path-not-directory'],
    ['a bare repository', () => join(root, 'bare.git'), 'audit-bare-repository'],
  ])('refuses %s', async (_name, path, code) => {
    write('a.ts');
    execFileSync('git', ['init', '-q', '--bare', join(root, 'bare.git')]);
    const result = await readTree(path());
    expect(result).toMatchObject({
      ok: false,
      cause: 'input',
      diagnostics: [{ code, fix: expect.any(String) }],
    });
  });
});

describe('a text', () => {
  it.each<[string, Uint8Array, string | undefined]>([
    ['UTF-8 with a mark', Buffer.from('\ufeffä\r\n'), 'ä\r\n'],
    ['UTF-16', Buffer.from('\ufeffab', 'utf16le'), 'ab'],
    [
      'Latin 1',
      Buffer.concat([Buffer.from(`${'text '.repeat(20)}caf`), Buffer.from([0xe9])]),
      `${'text '.repeat(20)}caf\ufffd`,
    ],
    ['nothing', Buffer.alloc(0), ''],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 2, 3]), undefined],
    ['over 16 MiB', Buffer.alloc(16 * 1024 * 1024 + 1, 97), undefined],
  ])('%s', async (_name, bytes, text) => {
    write('a.txt', bytes);
    expect(unwrap(await readTree(root)).files[0]?.text()).toBe(text);
  });

  it('is read for a large lock file, and is undefined for a deleted file', async () => {
    write('package-lock.json', Buffer.alloc(2 * 1024 * 1024, 97));
    write('a.txt');
    const [gone, lock] = unwrap(await readTree(root)).files;
    rmSync(join(root, 'a.txt'));
    expect(lock?.text()).toHaveLength(2 * 1024 * 1024);
    expect(gone?.text()).toBeUndefined();
  });
});

describe('every check', () => {
  const offline = CHECKS.filter((check) => check.id !== 'dependency-advisories');

  it.each(offline.map((check) => [check.id, check] as const))(
    '%s survives what it may meet',
    async (_id, entry) => {
      git('init', '-q');
      const check = await entry.load();
      expect(await check.run(unwrap(await readTree(root)))).toMatchObject({ findings: expect.any(Array) });
      write('a\nb.ts', 'eval(x); class {{{ \u0000');
      write('broken.json', '{');
      write('package.json', '[1, null]');
      write('package-lock.json', '{"packages": {"": null, "node_modules/a": 1, "b": []}}');
      write('yarn.lock', '# yarn lockfile v1\n\n:\n  version\n');
      write('pnpm-lock.yaml', 'lockfileVersion: 9\npackages: [1]\n');
      write('composer.lock', '{"packages": {}}');
      write('.github/workflows/a.yml', 'on: 1\njobs: [~, {run: ~}]\n');
      write('.gitattributes', '[ linguist-generated\n*** filter=lfs\n\n!x y\n');
      write('Dockerfile', 'FROM\n\\\nCMD');
      write('a.py', Buffer.from([0x23, 0xff, 0xfe, 0x0a]));
      write('deep.ts', `const x = ${"'a' + ".repeat(20_000)}'b';`);
      for (const name of [
        'a.go',
        'a.rb',
        'a.php',
        'a.rs',
        'a.c',
        'a.cs',
        'a.sh',
        'A.java',
        'a.kt',
        'a.sql',
      ]) {
        write(name, `"'\`/* {{{ ((( <<EOF \\`);
      }
      const tree = unwrap(await readTree(root));
      const first = await check.run(tree);
      expect(await check.run(tree)).toEqual(first);
      for (const { title, detail } of first.findings) expect(`${title}${detail}`).not.toMatch(/\n/);
    },
  );
});

describe('hot-spots over a real history', () => {
  it('ranks the file that changes often, with a path relative to the prefix', async () => {
    git('init', '-q');
    const long = (i: number) => `const a = ${i};\n`.repeat(300);
    for (let i = 0; i < 22; i++) {
      write('pkg/hot.ts', long(i));
      write('pkg/quiet.ts', long(0));
      write('other.ts', long(i));
      git('add', '.');
      git('commit', '-qm', `c${i}`);
    }
    const result = await runHotSpots(unwrap(await readTree(join(root, 'pkg'))));
    expect(result.findings).toEqual([]);
    expect(result.numbers).toMatchObject([
      { text: expect.stringMatching(/^hot\.ts\b.*22 changes.*300 lines/) },
    ]);
    expect(result.notes[0]).toMatch(/^Read 22 commits/);
  });
});
