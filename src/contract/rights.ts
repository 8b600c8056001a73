import type { Role } from '../run/ledger/manifest.ts';
import { brainNameOf, brainPath } from './brain-paths.ts';
import { CONTRACTS } from './contract-files.ts';
import type { Module, ModulesDocument } from './modules.schema.ts';

const ORCHESTRATION = '.orchestration';

/** The brain file of a builder, relative to the top of a tree. */
export const builderBrain = (module: string) => brainPath(brainNameOf('builder', module));
/** The training pairs that a builder adds. */
export const trainingOf = (module: string) => `${ORCHESTRATION}/training/${module}.jsonl`;
/** The training pairs that are written from the contract, before the modules are built. */
export const BOOTSTRAP_TRAINING = `${ORCHESTRATION}/training/bootstrap.jsonl`;
export const CONFLICTS = `${ORCHESTRATION}/conflicts`;
/** The globs of a builder's conflict reports. */
export const conflictsOf = (module: string) => `${CONFLICTS}/${module}-*.md`;

const NO_CONTRACT = [`!${CONTRACTS}/**`, '!.git/**'];

/**
 * The paths that an agent of a build may write in its tree, as globs for `strayPaths`; a glob that starts with `!` excludes paths. Empty
 * for roles that only report.
 */
export function writesOf(role: Role): string[] {
  return [...(WRITES[role] ?? [])];
}

const WRITES: Partial<Record<Role, readonly string[]>> = {
  architect: [`${CONTRACTS}/**`, `${ORCHESTRATION}/brains/architect.md`],
  trainer: [BOOTSTRAP_TRAINING],
  scaffold: ['**', ...NO_CONTRACT],
  shipper: ['**', ...NO_CONTRACT],
  curator: [`${ORCHESTRATION}/brains/*.md`, `${ORCHESTRATION}/training/*.jsonl`],
};

/** The paths that the builder of a module may write: its own and the shared paths, its brain, its training pairs and its conflict reports. */
export function writesOfBuilder(
  module: Pick<Module, 'name' | 'paths'>,
  { shared_paths }: Pick<ModulesDocument, 'shared_paths'>,
): string[] {
  const { name, paths } = module;
  return [...paths, ...shared_paths, builderBrain(name), trainingOf(name), conflictsOf(name)];
}
