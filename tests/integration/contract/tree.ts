import { join } from 'node:path';
import { write } from '../../hazards/git-scratch.ts';
import { makeContract } from '../../unit/contract/sample.ts';

/** Puts a valid contract, with changes, below a folder. */
export function writeContract(root: string, changes: Parameters<typeof makeContract>[0] = {}): void {
  write(join(root, '.orchestration/contracts'), Object.fromEntries(makeContract(changes)));
}
