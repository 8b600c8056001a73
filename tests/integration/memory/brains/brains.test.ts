import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brainPath } from '../../../../src/contract/rights.ts';
import { addToSection, emptyBrain } from '../../../../src/memory/brains/brain.ts';
import { examineBrain, readBrain, readBrains, writeBrain } from '../../../../src/memory/brains/brains.io.ts';
import { listContradictions } from '../../../../src/memory/brains/contradictions.io.ts';
import { unwrap } from '../../../../src/system/result.ts';
import { makeScratch } from '../../../harness/scratch.ts';

describe('brains in a tree', () => {
  it('are written, read again and listed by name', () => {
    const root = makeScratch();
    expect(unwrap(readBrain(root, 'qc'))).toBeUndefined();
    expect(unwrap(readBrains(root)).size).toBe(0);
    const text = addToSection(emptyBrain('builder-auth'), 'Decisions', 'Tokens are opaque');
    expect(unwrap(writeBrain(root, 'builder-auth', text))).toBe(join(root, brainPath('builder-auth')));
    unwrap(writeBrain(root, 'architect', emptyBrain('architect')));
    expect(readFileSync(join(root, '.orchestration/brains/builder-auth.md'), 'utf8')).toBe(text);
    writeFileSync(join(root, '.orchestration/brains/notes.txt'), 'x');
    expect([...unwrap(readBrains(root))]).toEqual([
      ['architect', emptyBrain('architect')],
      ['builder-auth', text],
    ]);
  });

  it('are neither read nor written through a link', () => {
    const root = makeScratch();
    const outside = makeScratch();
    writeFileSync(join(outside, 'qc.md'), 'secret');
    mkdirSync(join(root, '.orchestration'));
    symlinkSync(outside, join(root, '.orchestration/brains'));
    const refused = { ok: false, cause: 'input', diagnostics: [{ code: 'link-refused' }] };
    expect(readBrain(root, 'qc')).toMatchObject(refused);
    expect(readBrains(root)).toMatchObject(refused);
    expect(writeBrain(root, 'qc', 'x')).toMatchObject(refused);
    expect(readFileSync(join(outside, 'qc.md'), 'utf8')).toBe('secret');
    const other = makeScratch();
    mkdirSync(join(other, '.orchestration/brains'), { recursive: true });
    symlinkSync(join(outside, 'qc.md'), join(other, '.orchestration/brains/qc.md'));
    expect(readBrain(other, 'qc')).toMatchObject(refused);
    expect(readBrains(other)).toMatchObject(refused);
  });

  it('are examined where they lie: whether there is one, and whether it is as it must be', () => {
    const root = makeScratch();
    const codes = (name: string) => examineBrain(root, name).map(({ code }) => code);
    expect(codes('qc')).toEqual(['brain-missing']);
    unwrap(writeBrain(root, 'qc', emptyBrain('qc')));
    expect(codes('qc')).toEqual([]);
    unwrap(writeBrain(root, 'architect', emptyBrain('architect').replace('## Decisions', '')));
    expect(codes('architect')).toEqual(['brain-section']);
    symlinkSync(join(root, brainPath('qc')), join(root, brainPath('trainer')));
    expect(codes('trainer')).toEqual(['link-refused']);
  });

  it('a folder in the place of a file, and a file that is too large, are clear faults', () => {
    const root = makeScratch();
    mkdirSync(join(root, '.orchestration/brains/qc.md'), { recursive: true });
    expect(readBrain(root, 'qc')).toMatchObject({ ok: false, diagnostics: [{ code: 'file-irregular' }] });
    writeFileSync(join(root, '.orchestration/brains/architect.md'), 'x'.repeat(1024 * 1024 + 1));
    expect(readBrain(root, 'architect')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'file-too-large' }],
    });
  });
});

describe('contradictions in a tree', () => {
  it('are listed from its brains and its locks; without a contract there are brains alone', () => {
    const root = makeScratch();
    expect(unwrap(listContradictions(root))).toEqual([]);
    const text = addToSection(emptyBrain('builder-auth'), 'Decisions', 'Passwords are hashed with bcrypt');
    unwrap(writeBrain(root, 'builder-auth', text));
    expect(unwrap(listContradictions(root))).toEqual([]);
    const lock = {
      locked_by: 'architect',
      lock_level: 'locked',
      affects: ['all'],
      assertion: 'Passwords are hashed with argon2id',
      locked_at: '2026-01-01',
    };
    mkdirSync(join(root, '.orchestration/contracts'));
    const locks = JSON.stringify({ decisions: { 'password-hash': lock } });
    writeFileSync(join(root, '.orchestration/contracts/locks.json'), locks);
    expect(unwrap(listContradictions(root))).toMatchObject([
      {
        a: { source: 'brains/builder-auth.md' },
        b: { source: 'locks.json#password-hash' },
        differs: ['choices'],
      },
    ]);
  });
});
