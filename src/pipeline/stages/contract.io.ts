import { join } from 'node:path';
import type { Contract } from '../../contract/contract.ts';
import { writesOfBuilder } from '../../contract/rights.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import type { Blueprint } from '../machine/blueprint.ts';

/** Keeps of a valid contract what the engine needs at every step. */
export function writeBlueprint(dir: string, contract: Contract, hash: string): Blueprint {
  const { modules: document } = contract;
  const blueprint: Blueprint = {
    version: 1,
    hash,
    project: document.project,
    testCommand: document.test_command,
    integrationTestCommand: document.integration_test_command,
    sharedPaths: document.shared_paths,
    assemblyOrder: document.assembly_order,
    modules: document.modules.map((module) => ({
      name: module.name,
      description: module.description,
      dependsOn: module.depends_on,
      paths: module.paths,
      writes: writesOfBuilder(module, document),
      model: module.builder_model,
      testCommand: module.test_command ?? document.test_command,
    })),
  };
  writeAtomic(join(dir, 'blueprint.json'), `${JSON.stringify(blueprint, null, 1)}\n`);
  return blueprint;
}
