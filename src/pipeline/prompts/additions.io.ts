import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brainOf, brainPath } from '../../contract/names.ts';
import { strayPaths } from '../../contract/stray.ts';
import type { Finding } from '../../findings/finding.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { HUMAN_GATES } from '../../run/ledger/stages.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { readBullets } from '../machine/backlog.ts';
import { agentsOf, agentsOfStage, type BuildRole, latestOf } from '../machine/build-agents.ts';
import { owedFindings } from '../machine/decide-hardening.ts';
import { FIX_CYCLES } from '../machine/decide-modules.ts';
import type { Engine } from '../machine/engine.ts';
import type { BuildView } from '../machine/step.ts';
import type { BuildAddition } from './build-facts.ts';

/** What an agent's prompt says beside its brief: the brain that it keeps, and why its work is done once more. */
export function additionsFor(engine: Engine, view: BuildView, agent: PlannedAgent): BuildAddition[] {
  return [...onBrain(view, agent), ...onCycle(engine, view, agent)];
}

/** Whoever may write its role's brain keeps it; the pages of builder and curator say so themselves. */
function onBrain({ snapshot }: BuildView, { role, module, writes = [] }: PlannedAgent): BuildAddition[] {
  if (role === 'builder' || role === 'curator') return [];
  // Of what it changes once the contract was approved, the contract alone is committed.
  if (role === 'architect' && snapshot.state.gates.get('architect')?.approved) return [];
  const path = brainPath(brainOf(role, module));
  return strayPaths(writes, [path]).length > 0 ? [] : [{ kind: 'brain', path }];
}

/** Nothing for a first cycle. */
function onCycle(engine: Engine, view: BuildView, agent: PlannedAgent): BuildAddition[] {
  const { role, module } = agent;
  if (role === 'qc' || role === 'assembler') return [];
  if (module === undefined) return onStage(view, agent.domain as CheckedStage);
  const cycle = agentsOf(view.snapshot.plan, role as BuildRole, module).length + 1;
  return cycle === 1 ? [] : onModule(engine, view, module, cycle);
}

function onStage(view: BuildView, stage: CheckedStage): BuildAddition[] {
  const cycle = agentsOfStage(view.snapshot.plan, stage).length + 1;
  const again = cycle === 1 ? [] : onFault(view, stage, cycle);
  if (stage !== 'harden') return again;
  const findings = readBullets(owedFindings(view.snapshot.state.build.harden));
  return [{ kind: 'mend', findings }, ...again];
}

function onFault({ snapshot }: BuildView, stage: CheckedStage, cycle: number): BuildAddition[] {
  const gate = HUMAN_GATES.find((each) => each === stage);
  const rejected = gate && snapshot.state.gates.get(gate)?.rejected;
  if (rejected) return [{ kind: 'rejected', note: rejected.note }];
  const findings = (snapshot.state.build.checks.get(stage)?.faults ?? []).map(asFinding);
  return findings.length === 0
    ? []
    : [{ kind: 'fix-cycle', findings, cycle: cycle - 1, mostCycles: FIX_CYCLES }];
}

const asFinding = (title: string): Finding => ({ severity: 'major', title });

function onModule(engine: Engine, view: BuildView, module: string, cycle: number): BuildAddition[] {
  const state = view.snapshot.state.build.modules.get(module);
  if (!state) return [];
  const { resolution, hardening, failed, judged } = state;
  const run = engine.site.run;
  const branches = { integrationBranch: branchOf(run, INTEGRATION), branch: branchOf(run, module) };
  if (resolution) {
    const { conflict, note, commit: integrationCommit } = resolution;
    return [{ kind: 'resolved', conflict, note, integrationCommit, ...branches }];
  }
  const fix = (findings: Finding[]): BuildAddition[] =>
    findings.length === 0 ? [] : [{ kind: 'fix-cycle', findings, cycle: cycle - 1, mostCycles: FIX_CYCLES }];
  if (hardening.length > 0) return fix(readBullets(hardening));
  if (failed && failed.source === judged?.commit) {
    const paths = view.blueprint?.modules.find(({ name }) => name === module)?.paths ?? [];
    const explanation = explanationOf(engine, view, module);
    const { onto: integrationCommit, trouble } = failed;
    return [{ kind: 'merge-conflict', integrationCommit, ...branches, paths, trouble, explanation }];
  }
  return fix(readBullets(judged?.findings ?? []));
}

/** What the agent that looked into a conflict has written. */
function explanationOf({ dir }: Engine, { snapshot }: BuildView, module: string): string | null {
  const agent = latestOf(snapshot.plan, 'assembler', module);
  const path = agent && join(dir, agent.output);
  return path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : null;
}
