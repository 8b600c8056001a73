import { readContract, writeBlueprint } from '../contract.io.ts';
import { contractHashOf } from '../contract-hash.io.ts';
import type { Engine } from '../engine.ts';
import { renderFault } from '../fault-text.ts';
import { integrationOf } from '../view.io.ts';
import type { Finding } from './finding.ts';

/** Stage 1: the contract is complete and valid. The blueprint that everything after is built by is made from it. */
export async function checkContract({ dir }: Engine): Promise<Finding> {
  const root = integrationOf(dir);
  const hash = contractHashOf(root);
  const contract = readContract(root);
  if (!contract.ok || hash === undefined) return { faults: contract.diagnostics.map(renderFault), hash };
  writeBlueprint(dir, contract.value, hash);
  return { faults: [], hash };
}
