import type { Model } from '../../run/ledger/manifest.ts';

/** A module of a valid contract, reduced to what the engine needs. */
export interface BlueprintModule {
  name: string;
  description: string;
  dependsOn: string[];
  /** Globs of what its builder may write. */
  writes: string[];
  paths: string[];
  model: Model;
  testCommand: string;
}

/** `blueprint.json`: the valid contract in short, written by the engine whenever it has checked the contract. */
export interface Blueprint {
  version: 1;
  /** Hash of the contract that it was made from. */
  hash: string;
  project: string;
  testCommand: string;
  integrationTestCommand: string;
  /** Globs of files that every builder may change. */
  sharedPaths: string[];
  modules: BlueprintModule[];
  assemblyOrder: string[];
}

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
