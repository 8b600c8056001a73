import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensurePrivateDir, resolveInside } from '../../src/system/files/safe-dir.ts';
import { makeScratch } from '../harness/scratch.ts';

const isRoot = process.getuid?.() === 0;
const modeOf = (path: string) => (fs.statSync(path).mode & 0o777).toString(8);

/** What exists at the path of the run directory, and the codes of the error or the warnings. */
const CASES: {
  name: string;
  plant: (path: string) => void;
  ok: boolean;
  codes: string[];
  needsRoot?: boolean;
}[] = [
  { name: 'nothing: created', plant: () => {}, ok: true, codes: [] },
  { name: 'our private directory', plant: (path) => fs.mkdirSync(path, 0o700), ok: true, codes: [] },
  {
    name: 'our directory, writable by all',
    plant: makeOpenDirectory,
    ok: false,
    codes: ['runs-root-writable'],
  },
  {
    name: 'our directory, writable by its group',
    plant: (path) => {
      fs.mkdirSync(path);
      fs.chmodSync(path, 0o770);
    },
    ok: false,
    codes: ['runs-root-writable'],
  },
  {
    name: 'a sticky directory of ours, as /tmp is for root',
    plant: (path) => {
      fs.mkdirSync(path);
      fs.chmodSync(path, 0o1777);
    },
    ok: false,
    codes: ['runs-root-shared'],
  },
  {
    name: 'a sticky directory that only we write',
    plant: (path) => {
      fs.mkdirSync(path);
      fs.chmodSync(path, 0o1700);
    },
    ok: false,
    codes: ['runs-root-shared'],
  },
  {
    name: 'a file',
    plant: (path) => fs.writeFileSync(path, ''),
    ok: false,
    codes: ['runs-root-not-directory'],
  },
  { name: 'a link to a directory of ours', plant: linkToDirectory, ok: false, codes: ['runs-root-link'] },
  {
    name: 'a link to nothing',
    plant: (path) => fs.symlinkSync(`${path}-none`, path),
    ok: false,
    codes: ['runs-root-link'],
  },
  {
    name: 'a link to itself',
    plant: (path) => fs.symlinkSync(path, path),
    ok: false,
    codes: ['runs-root-link'],
  },
  {
    name: 'a directory of another user',
    plant: (path) => {
      fs.mkdirSync(path, 0o700);
      fs.chownSync(path, 65_534, 65_534);
    },
    ok: false,
    codes: ['runs-root-foreign'],
    needsRoot: true,
  },
  {
    name: 'a 0777 directory of another user',
    plant: (path) => {
      makeOpenDirectory(path);
      fs.chownSync(path, 65_534, 65_534);
    },
    ok: false,
    codes: ['runs-root-foreign'],
    needsRoot: true,
  },
];

function makeOpenDirectory(path: string): void {
  fs.mkdirSync(path);
  fs.chmodSync(path, 0o777);
}

function linkToDirectory(path: string): void {
  fs.mkdirSync(`${path}-target`);
  fs.symlinkSync(`${path}-target`, path);
}

describe('a run directory in a shared /tmp', () => {
  for (const { name, plant, ok, codes, needsRoot } of CASES) {
    const unable = needsRoot && !isRoot;
    it.skipIf(unable)(`${name}${unable ? ' (skipped: only root can give a directory away)' : ''}`, () => {
      const path = join(makeScratch(), 'orchestration');
      plant(path);
      const result = ensurePrivateDir(path);
      expect(result.ok).toBe(ok);
      expect(result.diagnostics.map((d) => d.code)).toEqual(codes);
      for (const diagnostic of result.diagnostics) expect(diagnostic.message).toContain(path);
      if (ok) expect(modeOf(path)).toBe('700');
    });
  }

  it.each(['755', '777', '770'])('an existing one with mode %s keeps its mode', (mode) => {
    const path = join(makeScratch(), 'orchestration');
    fs.mkdirSync(path);
    fs.chmodSync(path, Number.parseInt(mode, 8));
    expect(ensurePrivateDir(path).ok).toBe(mode === '755');
    expect(modeOf(path)).toBe(mode);
  });

  it('a parent that does not exist is not created', () => {
    const path = join(makeScratch(), 'missing', 'orchestration');
    expect(ensurePrivateDir(path)).toMatchObject({ ok: false, diagnostics: [{ code: 'file-missing' }] });
    expect(fs.existsSync(join(path, '..'))).toBe(false);
  });

  it('names a parent that all users can write and that is not sticky', () => {
    const parent = makeScratch();
    fs.chmodSync(parent, 0o777);
    const result = ensurePrivateDir(join(parent, 'orchestration'));
    expect(result).toMatchObject({ ok: true, diagnostics: [{ code: 'runs-root-parent-writable' }] });
  });

  it('accepts a sticky parent such as /tmp', () => {
    const parent = makeScratch();
    fs.chmodSync(parent, 0o1777);
    expect(ensurePrivateDir(join(parent, 'orchestration'))).toMatchObject({ ok: true, diagnostics: [] });
  });
});

describe('a path inside a run directory', () => {
  it.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['C:\\temp', 'absolute'],
    ['../x', '..'],
    ['a/../../x', '..'],
    ['a\\..\\x', '..'],
    ['a\0b', 'NUL'],
    ['out/x', 'link'],
    ['out', 'link'],
    ['dangling', 'link'],
    ['loop/x', 'link'],
  ])('%j is refused: %s', (relative, why) => {
    const root = makeScratch();
    fs.symlinkSync(makeScratch(), join(root, 'out'));
    fs.symlinkSync('/nowhere/at/all', join(root, 'dangling'));
    fs.symlinkSync('loop', join(root, 'loop'));
    const result = resolveInside(root, relative);
    expect(result).toMatchObject({ ok: false, cause: 'input', diagnostics: [{ code: 'path-outside' }] });
    expect(result.diagnostics[0]?.message).toContain(why);
  });

  it.each(['workers/a1.md', 'a..b', './x', 'in/x', 'back\\slash'])('%j is accepted', (relative) => {
    const root = makeScratch();
    fs.mkdirSync(join(root, 'workers'));
    fs.symlinkSync('workers', join(root, 'in'));
    expect(resolveInside(root, relative)).toMatchObject({ ok: true, value: join(root, relative) });
  });

  it('accepts a root that is reached through a link', () => {
    const real = makeScratch();
    const root = join(makeScratch(), 'link');
    fs.symlinkSync(real, root);
    fs.symlinkSync(join(real, 'workers'), join(real, 'in'));
    fs.mkdirSync(join(real, 'workers'));
    expect(resolveInside(root, 'in/a1.md').ok).toBe(true);
  });
});
