/** All that a module depends on, directly or not, in the order that is given. Pure. */
export function neededBy(
  name: string,
  modules: readonly { name: string; dependsOn: readonly string[] }[],
  order: readonly string[],
): string[] {
  const needs = new Map(modules.map((module) => [module.name, module.dependsOn]));
  const found = new Set<string>();
  const visit = (each: string) => {
    for (const needed of needs.get(each) ?? []) {
      if (found.has(needed)) continue;
      found.add(needed);
      visit(needed);
    }
  };
  visit(name);
  return order.filter((each) => found.has(each));
}
