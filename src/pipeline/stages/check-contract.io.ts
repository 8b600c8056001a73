import { join } from 'node:path';
import { type Contract, parseContract } from '../../contract/contract.ts';
import { hashContract } from '../../contract/hash.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import { writesOfBuilder } from '../../contract/rights.ts';
import { sealDocument } from '../../run/ledger/store.io.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import type { Blueprint } from '../machine/blueprint.ts';
import { type Engine, integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView, StageCheckResult } from '../machine/step.ts';
import { formatDiagnostic } from '../machine/wording.ts';
import { checkLockChanges } from './lock-changes.io.ts';

/**
 * Checks stage 1: the contract is complete and valid, and an approved contract was changed only by an agent with the right to do so.
 * Writes the blueprint if both hold.
 */
export async function checkContract(engine: Engine, view: BuildView): Promise<StageCheckResult> {
  const { dir } = engine;
  const files = readContractFiles(integrationWorktree(dir));
  if (!files.ok) return { faults: files.diagnostics.map(formatDiagnostic) };
  // Read once, so that the hash belongs to the parsed text.
  const hash = hashContract(files.value);
  const { faults, remarks = [] } = await checkLockChanges(engine, view, files.value);
  const contract = parseContract(files.value);
  if (!contract.ok) return { faults: [...faults, ...contract.diagnostics.map(formatDiagnostic)], hash };
  if (faults.length > 0) return { faults, hash };
  writeBlueprint(dir, contract.value, hash);
  return { faults: [], remarks, hash };
}

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
  const document = { ...blueprint, seal: sealDocument(dir, blueprint) };
  writeAtomic(join(dir, 'blueprint.json'), `${JSON.stringify(document, null, 1)}\n`);
  return blueprint;
}
