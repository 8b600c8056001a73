import { join } from 'node:path';
import type { Contract } from '../../contract/contract.ts';
import { writesOfBuilder } from '../../contract/rights.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import type { Blueprint } from '../machine/blueprint.ts';

/** Stores the parts of a valid contract that the engine needs at every step. */
export function writeBlueprint(dir: string, contract: Contract, hash: string): Blueprint {
  const { modules: modulesDocument } = contract;
  const blueprint: Blueprint = {
    version: 1,
    hash,
    project: modulesDocument.project,
    testCommand: modulesDocument.test_command,
    integrationTestCommand: modulesDocument.integration_test_command,
    sharedPaths: modulesDocument.shared_paths,
    assemblyOrder: modulesDocument.assembly_order,
    modules: modulesDocument.modules.map((module) => ({
      name: module.name,
      description: module.description,
      dependsOn: module.depends_on,
      paths: module.paths,
      writes: writesOfBuilder(module, modulesDocument),
      model: module.builder_model,
      testCommand: module.test_command ?? modulesDocument.test_command,
    })),
  };
  writeAtomic(join(dir, 'blueprint.json'), `${JSON.stringify(blueprint, null, 1)}\n`);
  return blueprint;
}
