import { decideHardening } from './decide-hardening.ts';
import { decideModules } from './decide-modules.ts';
import { decideStage } from './decide-stage.ts';
import type { BuildStep, BuildView, Work } from './step.ts';

/** The stage machine: from what is on disk to the next step. Pure; asked again without a change it says the same. */
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

/** One merge at a time, in the contract's order. A merge that failed went back to its builder before this is asked. */
function decideAssembly({ snapshot, blueprint }: BuildView): BuildStep | undefined {
  const { modules } = snapshot.state.build;
  const nextModule = blueprint?.assemblyOrder.find((name) => {
    const { judged, merged } = modules.get(name) ?? {};
    return merged === undefined || merged.source !== judged?.commit;
  });
  return nextModule === undefined ? undefined : workStep({ do: 'merge', module: nextModule });
}
