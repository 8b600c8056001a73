import { describe, expect, it } from 'vitest';
import { expectedTrees } from '../../../../src/pipeline/machine/expected-trees.ts';
import { type BuildState, emptyBuild } from '../../../../src/run/ledger/build-state.ts';
import type { ModuleState } from '../../../../src/run/ledger/module-state.ts';

const BASE = { branch: 'main', commit: 'b0' };
const moduleOf = (more: Partial<ModuleState>): ModuleState => ({
  judgedBy: new Set(),
  ...{ resolutions: 0, failures: 0, conflicts: 0, hardening: [], hardenings: 0, granted: 0, backlog: [] },
  ...more,
});
const build = (more: Partial<BuildState>): BuildState => ({ ...emptyBuild(), ...more });

describe('the worktrees that a build needs', () => {
  it('are none before it begins and after it ends', () => {
    expect(expectedTrees(build({}))).toEqual([]);
    expect(expectedTrees(build({ base: BASE, curated: 'c9' }))).toEqual([]);
  });

  it('are the integration worktree at the commit that the engine accepted last, and those of begun modules', () => {
    const modules = new Map([
      ['core', moduleOf({ base: 'c1' })],
      ['web', moduleOf({})],
    ]);
    expect(expectedTrees(build({ base: BASE }))).toEqual([{ module: 'integration', known: 'b0' }]);
    expect(expectedTrees(build({ base: BASE, trusted: 'c2', modules }))).toEqual([
      { module: 'integration', known: 'c2' },
      { module: 'core', known: 'c1' },
    ]);
  });

  it('have the examined commit, which a later builder may amend', () => {
    const modules = new Map([
      ['core', moduleOf({ base: 'c1', examined: { builder: 'build-core', commit: 'm1' } })],
    ]);
    const at = (...extended: string[]) =>
      expectedTrees(build({ base: BASE, modules, extended: new Set(extended) }))[1];
    expect(at('build-core')).toEqual({ module: 'core', known: 'm1' });
    // The builder of a module with a longer name is not a later one.
    expect(at('build-core', 'build-core-api')).toEqual({ module: 'core', known: 'm1' });
    expect(at('build-core', 'build-core.2')).toEqual({ module: 'core', known: 'c1', replaced: 'm1' });
  });
});
