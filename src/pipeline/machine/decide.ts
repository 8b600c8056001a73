import { decideHardening } from './decide-hardening.ts';
import { decideModules } from './decide-modules.ts';
import { decideStage } from './decide-stage.ts';
import type { BuildStep, BuildView, Work } from './step.ts';

/** Decides the next step of a build from what is on disk. Pure: the same state gives the same step. */
export function decideBuild(view: BuildView): BuildStep {
  const { build, reported, halted } = view.snapshot.state;
  if (halted !== undefined) return { kind: 'halted', reason: halted };
  if (build.curated !== undefined) return reported ? { kind: 'done' } : workStep({ do: 'report' });
  if (build.shipped) return decideStage(view, 'curate') ?? workStep({ do: 'bring-home' });
  return (
    decideStage(view, 'architect') ??
    decideStage(view, 'bootstrap') ??
    decideStage(view, 'scaffold') ??
    decideModules(view) ??
    decideAssembly(view) ??
    decideHardening(view) ??
    decideStage(view, 'ship') ??
    workStep({ do: 'ship' })
  );
}

const workStep = (...work: Work[]): BuildStep => ({ kind: 'work', work });

/** Merges one module at a time, in the contract's order. Modules with a failed merge were handled in stage 3. */
function decideAssembly({ snapshot, blueprint }: BuildView): BuildStep | undefined {
  const { modules } = snapshot.state.build;
  const nextModule = blueprint?.assemblyOrder.find((name) => {
    const { judged, merged } = modules.get(name) ?? {};
    return merged === undefined || merged.source !== judged?.commit;
  });
  return nextModule === undefined ? undefined : workStep({ do: 'merge', module: nextModule });
}
