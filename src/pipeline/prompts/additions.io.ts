import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brainNameOf, brainPath, strayPaths } from '../../contract/rights.ts';
import { describeRecordedFinding, readRecordedFindings } from '../../findings/recorded-finding.ts';
import type { CheckedStage } from '../../run/ledger/build-events.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { HUMAN_GATES } from '../../run/ledger/stages.ts';
import { readOutputText } from '../../run/outputs/output.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import {
  agentsInStage,
  agentsWithRole,
  type BuildRole,
  latestAgentWithRole,
  ROLE_OF_STAGE,
} from '../machine/build-agents.ts';
import { unownedFindings } from '../machine/decide-hardening.ts';
import type { Engine } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import type { BuildAddition } from './build-facts.ts';

/** Additions to an agent's prompt: its brain file, and the reason for a further cycle. */
export function promptAdditionsFor(engine: Engine, view: BuildView, agent: PlannedAgent): BuildAddition[] {
  return [...brainAdditions(view, agent), ...cycleAdditions(engine, view, agent)];
}

/** Asks agents that may write their role's brain to update it. The builder and curator templates contain this already. */
function brainAdditions(
  { snapshot }: BuildView,
  { role, module, writes = [] }: PlannedAgent,
): BuildAddition[] {
  if (role === 'builder' || role === 'curator') return [];
  // After approval only the contract is committed, so the architect's brain would be lost.
  if (role === 'architect' && snapshot.state.gates.get('architect')?.approved) return [];
  const path = brainPath(brainNameOf(role, module));
  return strayPaths(writes, [path]).length > 0 ? [] : [{ kind: 'brain', path }];
}

/** Nothing for a first cycle. */
function cycleAdditions(engine: Engine, view: BuildView, agent: PlannedAgent): BuildAddition[] {
  const { role, module } = agent;
  if (role === 'qc' || role === 'assembler') return [];
  if (module === undefined) return stageAdditions(engine, view, agent.domain as CheckedStage);
  const cycle = agentsWithRole(view.snapshot.plan, role as BuildRole, module).length + 1;
  return cycle === 1 ? [] : moduleAdditions(engine, view, module, cycle);
}

function stageAdditions(engine: Engine, view: BuildView, stage: CheckedStage): BuildAddition[] {
  const cycle = agentsInStage(view.snapshot.plan, stage).length + 1;
  const faultAdditionsOfCycle = cycle === 1 ? [] : faultAdditions(engine, view, stage, cycle);
  if (stage !== 'harden') return faultAdditionsOfCycle;
  const findings = readRecordedFindings(unownedFindings(view.snapshot.state.build.harden));
  return [{ kind: 'fix', findings }, ...faultAdditionsOfCycle];
}

/** A human's rejection, and the faults that the engine found in the last work. */
function faultAdditions(
  engine: Engine,
  { snapshot }: BuildView,
  stage: CheckedStage,
  cycle: number,
): BuildAddition[] {
  const gate = HUMAN_GATES.find((each) => each === stage);
  const rejected = gate && snapshot.state.gates.get(gate)?.rejected;
  const { by, faults = [] } = snapshot.state.build.checks.get(stage) ?? {};
  const role = stage === 'harden' ? 'fix' : ROLE_OF_STAGE[stage];
  const reports = pathsOfAgents(engine, snapshot.plan, [by]);
  return [
    ...(rejected ? [{ kind: 'rejected', note: rejected.note } as const] : []),
    ...(faults.length > 0 ? [{ kind: 'second-try', role, cycle, faults, reports } as const] : []),
  ];
}

/** The reports of these agents that exist. */
function pathsOfAgents(
  { dir }: Engine,
  plan: BuildView['snapshot']['plan'],
  ids: readonly (string | undefined)[],
): string[] {
  return (plan?.agents ?? [])
    .filter(({ id }) => ids.includes(id))
    .map(({ output }) => join(dir, output))
    .filter((path) => existsSync(path));
}

function moduleAdditions(engine: Engine, view: BuildView, module: string, cycle: number): BuildAddition[] {
  const state = view.snapshot.state.build.modules.get(module);
  if (!state) return [];
  const { resolution, hardening, failed, judged } = state;
  const run = engine.site.run;
  const branches = { integrationBranch: branchOf(run, INTEGRATION), branch: branchOf(run, module) };
  if (resolution) {
    const { conflict, note, commit: integrationCommit } = resolution;
    return [{ kind: 'resolved', conflict, note, integrationCommit, ...branches }];
  }
  if (hardening.length > 0) return secondTry(cycle, hardening, auditReport(engine, view));
  if (failed && failed.source === judged?.commit) {
    const paths = view.blueprint?.modules.find(({ name }) => name === module)?.paths ?? [];
    const explanation = readExplanation(engine, view, module);
    const { onto: integrationCommit, trouble } = failed;
    return [{ kind: 'merge-conflict', integrationCommit, ...branches, paths, trouble, explanation }];
  }
  const testLog = join(engine.dir, 'qc', `${judged?.by.replace(/^qc-/, '')}-tests.log`);
  const reports = [
    ...pathsOfAgents(engine, view.snapshot.plan, [judged?.by]),
    ...(existsSync(testLog) ? [testLog] : []),
  ];
  return secondTry(cycle, judged?.findings ?? [], reports);
}

function secondTry(cycle: number, findings: readonly string[], reports: readonly string[]): BuildAddition[] {
  const faults = findings.map(describeRecordedFinding);
  return faults.length === 0 ? [] : [{ kind: 'second-try', role: 'builder', cycle, faults, reports }];
}

function auditReport({ dir }: Engine, { snapshot }: BuildView): string[] {
  const { child } = snapshot.state.build.harden;
  const path = child === undefined ? undefined : join(dirname(dir), child, 'report.md');
  return path !== undefined && existsSync(path) ? [path] : [];
}

/** Report of the agent that explained the conflict; null if there is none. */
function readExplanation({ dir }: Engine, { snapshot }: BuildView, module: string): string | null {
  const agent = latestAgentWithRole(snapshot.plan, 'assembler', module);
  if (!agent) return null;
  const { accepted } = snapshot.state.agents.get(agent.id) ?? {};
  return readOutputText(join(dir, agent.output), accepted) ?? null;
}
