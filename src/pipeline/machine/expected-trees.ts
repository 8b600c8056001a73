import type { BuildState } from '../../run/ledger/build-state.ts';
import type { ModuleState } from '../../run/ledger/module-state.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import type { ExpectedTree } from '../../workspace/worktree/tree-damage.ts';

/** The worktrees that a build needs, each with the last commit of its branch that the ledger names; none before it begins and after it ends. Pure. */
export function expectedTrees({ base, trusted, curated, modules, extended }: BuildState): ExpectedTree[] {
  if (base === undefined || curated !== undefined) return [];
  const builders = [...modules].flatMap(([module, state]) =>
    state.base === undefined
      ? []
      : [expectedTree(module, state, state.base, latestBuilder(module, extended))],
  );
  return [{ module: INTEGRATION, known: trusted ?? base.commit }, ...builders];
}

function expectedTree(
  module: string,
  { examined, merged }: ModuleState,
  base: string,
  builder: string | undefined,
): ExpectedTree {
  // A later builder continues from the examined commit and may amend it.
  const isCurrent = examined !== undefined && examined.builder === builder;
  if (isCurrent) return { module, known: examined.commit };
  const known = merged?.source ?? base;
  return { module, known, ...(examined ? { replaced: examined.commit } : {}) };
}

/** The builder of a module that was added last. */
function latestBuilder(module: string, extended: ReadonlySet<string>): string | undefined {
  return [...extended].filter((id) => /^build-([^.]+)/.exec(id)?.[1] === module).at(-1);
}
