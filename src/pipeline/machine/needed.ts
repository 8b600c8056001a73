/** Names of all direct and indirect dependencies of a module, in the given order. Pure. */
export function dependenciesOf(
  name: string,
  modules: readonly { name: string; dependsOn: readonly string[] }[],
  order: readonly string[],
): string[] {
  const directDependencies = new Map(modules.map((module) => [module.name, module.dependsOn]));
  const dependencies = new Set<string>();
  const addDependencies = (each: string) => {
    for (const dependency of directDependencies.get(each) ?? []) {
      if (dependencies.has(dependency)) continue;
      dependencies.add(dependency);
      addDependencies(dependency);
    }
  };
  addDependencies(name);
  return order.filter((each) => dependencies.has(each));
}
