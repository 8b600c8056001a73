import type { HumanGate } from '../../run/ledger/stages.ts';
import type { RunState } from '../../run/ledger/state.ts';

/** What a rejection of the architecture undoes besides the architecture itself. */
export interface Setback {
  /** Modules that were built for it, those of them that passed QC, and those that are merged. */
  built: number;
  passed: number;
  merged: number;
  isAudited: boolean;
}

/** What a rejection at a gate sets back; undefined if no later work was begun. */
export function findSetback({ build }: RunState, stage: HumanGate): Setback | undefined {
  if (stage !== 'architect') return undefined;
  const modules = [...build.modules.values()];
  const setback = {
    built: modules.filter(({ base }) => base !== undefined).length,
    passed: modules.filter(({ judged }) => judged?.verdict === 'pass').length,
    merged: modules.filter(({ merged }) => merged !== undefined).length,
    isAudited: build.harden.isOver,
  };
  return setback.built > 0 || build.checks.get('scaffold')?.ok === true ? setback : undefined;
}
