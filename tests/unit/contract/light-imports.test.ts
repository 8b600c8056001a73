import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** The packages that a file and all it imports load. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const imports = text.matchAll(/^(?:import|export) (?!type )[^;]*? from '([^']+)';/gm);
  return [...imports].flatMap(([, to = '']) => {
    if (to.startsWith('node:')) return [];
    return to.startsWith('.') ? packagesOf(join(dirname(file), to), seen) : [to];
  });
}

it.each(['rights.ts', 'lock-rights.ts', 'read.io.ts', 'hash.ts'])('hooks load no library for %s', (file) => {
  expect(packagesOf(`src/contract/${file}`)).toEqual([]);
});

it('sees a library', () => {
  expect(packagesOf('src/contract/contract.ts')).toContain('zod');
});
