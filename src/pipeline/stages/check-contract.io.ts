import { parseContract } from '../../contract/contract.ts';
import { hashContract } from '../../contract/hash.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import type { Engine } from '../machine/engine.ts';
import { formatDiagnostic } from '../machine/fault-text.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationWorktree } from '../machine/view.io.ts';
import { writeBlueprint } from './contract.io.ts';
import type { StageCheckResult } from './finding.ts';
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
