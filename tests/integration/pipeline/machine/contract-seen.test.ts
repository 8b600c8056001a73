import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contractHashOf } from '../../../../src/contract/read.io.ts';
import { cachedContractHash } from '../../../../src/pipeline/machine/contract-hash-cache.io.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const LATER = () => new Date(Date.now() + 60_000);

function makeTree() {
  const dir = makeScratch();
  const contracts = join(dir, 'tree', '.orchestration', 'contracts');
  mkdirSync(join(contracts, 'interfaces'), { recursive: true });
  writeFileSync(join(contracts, 'modules.json'), '{}');
  writeFileSync(join(contracts, 'interfaces', 'auth.interface.md'), '# auth\n');
  const root = join(dir, 'tree');
  return {
    page: (name: string) => join(contracts, name),
    note: join(dir, 'contract-seen.json'),
    ask: (now = LATER()) => ({ seen: cachedContractHash(dir, root, now), is: contractHashOf(root) }),
  };
}

describe('the noted hash of a contract', () => {
  it('is the hash of its pages, before and after it is noted', () => {
    const tree = makeTree();
    for (let n = 0; n < 3; n += 1) {
      const { seen, is } = tree.ask();
      expect(seen).toBe(is);
    }
    const { seen } = tree.ask();
    expect(JSON.parse(readFileSync(tree.note, 'utf8'))).toMatchObject({ hash: seen });
  });

  it('is what is answered while no file has been touched', () => {
    const tree = makeTree();
    tree.ask();
    const note = JSON.parse(readFileSync(tree.note, 'utf8'));
    writeFileSync(tree.note, JSON.stringify({ ...note, hash: 'noted' }));
    expect(tree.ask().seen).toBe('noted');
  });

  it.each<[string, (tree: ReturnType<typeof makeTree>) => void]>([
    ['a page is changed', (tree) => writeFileSync(tree.page('modules.json'), '{"a": 1}')],
    [
      'a page is changed to one as long, with its time put back',
      (tree) => {
        const { atime, mtime } = statSync(tree.page('modules.json'));
        writeFileSync(tree.page('modules.json'), '[]');
        utimesSync(tree.page('modules.json'), atime, mtime);
      },
    ],
    ['a page is added', (tree) => writeFileSync(tree.page('architecture.md'), '# Shop\n')],
    ['a page is removed', (tree) => rmSync(tree.page('interfaces/auth.interface.md'))],
    ['a page becomes a link', (tree) => symlinkSync('modules.json', tree.page('locks.json'))],
    ['the note is damaged', (tree) => writeFileSync(tree.note, '{"version": 1, ')],
    ['the note is of another version', (tree) => writeFileSync(tree.note, '{"version": 2, "hash": "x"}')],
  ])('is not gone by when %s', (_, change) => {
    const tree = makeTree();
    const before = tree.ask();
    change(tree);
    const after = tree.ask();
    expect(after.seen).toBe(after.is);
    expect(before.seen).toBe(before.is);
  });

  it('is not kept of files that were changed a moment ago', () => {
    const tree = makeTree();
    const { seen, is } = tree.ask(new Date());
    expect(seen).toBe(is);
    expect(existsSync(tree.note)).toBe(false);
  });
});
