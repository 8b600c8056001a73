import type { Module } from './modules.schema.ts';

/**
 * Groups modules into levels: every dependency of a module is in an earlier level, and a level keeps the order of the list. Modules that
 * are in a dependency cycle, or that depend on an unknown module, are in no level.
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
