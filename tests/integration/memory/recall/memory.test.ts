import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sessionPath } from '../../../../src/memory/recall/layout.ts';
import {
  readMemory,
  replaceRecords,
  writeMemoryFiles,
  writeTombstone,
} from '../../../../src/memory/recall/memory.io.ts';
import { formatDocument } from '../../../../src/memory/recall/record.ts';
import { removeTermCache, termCachePath } from '../../../../src/memory/recall/term-cache.io.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { recordOf } from '../../../unit/memory/recall/records.ts';

const PATH = sessionPath('builder', 'r1', 'build-auth');
const idsIn = (root: string) => unwrap(readMemory(root)).records.map(({ record }) => record.id[0]);

describe('memory in a tree', () => {
  it('is written once, read again, changed and forgotten', () => {
    const root = makeScratch();
    expect(idsIn(root)).toEqual([]);
    expect(unwrap(writeMemoryFiles(root, new Map([[PATH, formatDocument([recordOf('a')])]])))).toEqual([
      PATH,
    ]);
    expect(unwrap(writeMemoryFiles(root, new Map([[PATH, 'other']])))).toEqual([]);
    expect(idsIn(root)).toEqual(['a']);
    unwrap(replaceRecords(root, new Map([[PATH, [recordOf('b'), recordOf('c')]]])));
    expect(idsIn(root)).toEqual(['b', 'c']);
    unwrap(writeTombstone(root, 'b'.repeat(24), { reason: 'wrong', by: 'Ada', at: '2026-01-01T00:00:00Z' }));
    expect([...unwrap(readMemory(root)).forgotten]).toEqual(['b'.repeat(24)]);
    unwrap(replaceRecords(root, new Map([[PATH, []]])));
    expect(existsSync(join(root, '.orchestration/memory', PATH))).toBe(false);
    removeTermCache(root);
  });

  it('keeps the terms in the user cache, which can be lost or damaged', () => {
    const root = makeScratch();
    unwrap(writeMemoryFiles(root, new Map([[PATH, formatDocument([recordOf('a')])]])));
    expect(idsIn(root)).toEqual(['a']);
    expect(JSON.parse(readFileSync(termCachePath(root), 'utf8'))).toMatchObject({ version: 1 });
    writeFileSync(termCachePath(root), '{"version":1,"fi');
    expect(idsIn(root)).toEqual(['a']);
    removeTermCache(root);
    expect(idsIn(root)).toEqual(['a']);
    removeTermCache(root);
  });

  it('leaves out damaged files with a warning, and follows no link', () => {
    const root = makeScratch();
    const folder = join(root, '.orchestration/memory/sessions/qc');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'torn.json'), '{"version":1,"rec');
    writeFileSync(join(folder, 'other.json'), '{"version":2,"records":[]}');
    const outside = join(makeScratch(), 'x.json');
    writeFileSync(outside, formatDocument([recordOf('a')]));
    symlinkSync(outside, join(folder, 'link.json'));
    const memory = readMemory(root);
    expect(unwrap(memory).records).toEqual([]);
    expect(memory.diagnostics.map(({ code, target }) => `${code} ${target}`)).toEqual([
      'memory-damaged .orchestration/memory/sessions/qc/other.json',
      'memory-damaged .orchestration/memory/sessions/qc/torn.json',
    ]);
    removeTermCache(root);
  });
});
