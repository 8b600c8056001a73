import type { Role } from '../run/ledger/manifest.ts';
import { isClientSetting, namesClientSettings } from '../system/client/project-settings.ts';
import { isModuleName } from '../workspace/worktree/names.ts';
import { CONTRACTS } from './contract-files.ts';
import { globTest } from './glob.ts';
import type { Module, ModulesDocument } from './modules.schema.ts';

/** The folder of brains, relative to a tree: the project, or a worktree of a run. */
export const BRAINS = '.orchestration/brains';
/** The training pairs about the project's state, which the last stage rewrites. */
export const STATE_TRAINING = '.orchestration/training/state.jsonl';

/** The roles that have one brain each; a builder has one brain per module. */
const ROLES: readonly Role[] = ['architect', 'trainer', 'scaffold', 'qc', 'assembler', 'shipper', 'curator'];

/** The name of an agent's brain: `builder-{module}` or the role. Throws where there is no such role or module: a bug. */
export function brainNameOf(role: Role, module?: string): string {
  if (role === 'builder' && module !== undefined && isModuleName(module)) return `builder-${module}`;
  if (ROLES.includes(role)) return role;
  throw new TypeError(`there is no brain for ${role} ${module ?? ''}`);
}

/** The names of all brains that a build may have: of each role, and of the builder of each module. */
export function brainNames(modules: readonly string[]): string[] {
  return [...ROLES, ...modules.map((module) => brainNameOf('builder', module))];
}

/** Path of a brain, relative to the tree, with `/`. `name` is the result of `brainOf`. */
export function brainPath(name: string): string {
  return `${BRAINS}/${name}.md`;
}

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

/**
 * Makes a test of whether a path (relative to the top of a tree, with `/`) may be written: at least one glob matches it and no glob
 * that starts with `!` does. For a setting of the client the glob has to name these settings: the client starts what they say. Exclusions ignore case; `ignoreCase`: the others too, for a file system that does. Hooks import this file, so it loads
 * no library.
 */
export function writeTest(writes: readonly string[], ignoreCase = false): (path: string) => boolean {
  const inside = writes
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => ({ matches: globTest(glob, ignoreCase), isNamed: namesClientSettings([glob]) }));
  const outside = writes.filter((glob) => glob.startsWith('!')).map((glob) => globTest(glob.slice(1), true));
  return (path) =>
    !path.split('/').includes('..') &&
    inside.some(({ matches, isNamed }) => (isNamed || !isClientSetting(path)) && matches(path)) &&
    !outside.some((matches) => matches(path));
}

/** The changed paths that none of an agent's write globs allows. */
export function strayPaths(
  writes: readonly string[],
  changedPaths: readonly string[],
  ignoreCase = false,
): string[] {
  const mayWrite = writeTest(writes, ignoreCase);
  return changedPaths.filter((path) => !mayWrite(path));
}
