import type { Role } from '../run/ledger/manifest.ts';
import { isModuleName } from '../workspace/worktree/names.ts';

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
