import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyMutant } from '../../scripts/mutants/apply.ts';
import { MUTANTS } from '../../scripts/mutants/table.ts';

describe('the table of mutants', () => {
  it('has at least 60 entries with names of their own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it.each(MUTANTS)('applies to the present source: $name', (mutant) => {
    const source = readFileSync(mutant.file, 'utf8');
    expect(applyMutant(source, mutant)).not.toBe(source);
    expect(mutant.tests.filter((path) => !existsSync(path))).toEqual([]);
  });
});
