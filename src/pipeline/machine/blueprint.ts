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
