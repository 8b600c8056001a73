import type { Module } from './modules.schema.ts';

/**
 * The modules by how much must be there before them: all that a level depends on is in the levels before it. Within a level in the
 * order of the list. Modules in a circle, or after something unknown, are in no level.
 */
export function levelsOf(modules: readonly Pick<Module, 'name' | 'depends_on'>[]): string[][] {
  const placed = new Set<string>();
  const levels: string[][] = [];
  for (;;) {
    const level = modules
      .filter(({ name, depends_on }) => !placed.has(name) && depends_on.every((needed) => placed.has(needed)))
      .map(({ name }) => name);
    if (level.length === 0) return levels;
    for (const name of level) placed.add(name);
    levels.push(level);
  }
}
