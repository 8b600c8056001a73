import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONTRACTS } from '../../contract/contract-files.ts';
import { summarizeContract } from '../../contract/contract-summary.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import {
  BOOTSTRAP_TRAINING,
  BRAINS,
  brainNameOf,
  brainNames,
  brainPath,
  builderBrain,
  STATE_TRAINING,
  trainingOf,
} from '../../contract/rights.ts';
import { readRecordedFindings } from '../../findings/recorded-finding.ts';
import { readBrain } from '../../memory/brains/brains.io.ts';
import { judgeTree } from '../../memory/training/judge-tree.io.ts';
import { nextPairId } from '../../memory/training/select.ts';
import type { AgentState } from '../../run/ledger/agent-state.ts';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { unwrap } from '../../system/result.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { readHeadCommit } from '../../workspace/worktree/tree-work.io.ts';
import { backlogFindings } from '../machine/backlog.ts';
import type { Blueprint, BlueprintModule } from '../machine/blueprint.ts';
import type { BuildRole } from '../machine/build-agents.ts';
import type { Engine } from '../machine/engine.io.ts';
import { integrationWorktree } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import type { BuildFacts } from './build-facts.ts';
import { describeCodebase } from './codebase.io.ts';
import { describeContradictions } from './contradictions.io.ts';

type FactsOfRole<R extends BuildRole> = Extract<BuildFacts, { role: R }>;

/** Reads the facts that fill an agent's prompt. */
export async function readBuildFacts(
  engine: Engine,
  view: BuildView,
  agent: PlannedAgent,
): Promise<BuildFacts> {
  const reader = new FactsReader(engine, view, agent);
  switch (agent.role as BuildRole) {
    case 'architect':
      return await reader.architect();
    case 'trainer':
      return reader.trainer();
    case 'scaffold':
      return reader.scaffold();
    case 'builder':
      return reader.builder();
    case 'qc':
      return reader.qc();
    case 'assembler':
      return await reader.assembler();
    case 'shipper':
      return reader.shipper();
    case 'curator':
      return reader.curator();
  }
}

class FactsReader {
  private readonly engine: Engine;
  private readonly view: BuildView;
  private readonly agent: PlannedAgent;
  private readonly integrationRoot: string;

  constructor(engine: Engine, view: BuildView, agent: PlannedAgent) {
    this.engine = engine;
    this.view = view;
    this.agent = agent;
    this.integrationRoot = integrationWorktree(engine.dir);
  }

  async architect(): Promise<FactsOfRole<'architect'>> {
    const codebase = await describeCodebase(this.integrationRoot);
    return { role: 'architect', ...this.commonFacts(), description: this.engine.task, codebase };
  }

  trainer(): FactsOfRole<'trainer'> {
    const { settings, now } = this.engine;
    return {
      role: 'trainer',
      ...this.commonFacts(),
      projectName: this.blueprint().project,
      sources: [...this.contractFiles().keys()].map((path) => `${CONTRACTS}/${path}`),
      trainingPath: BOOTSTRAP_TRAINING,
      startPairId: 1,
      leastPairs: settings.minPairs,
      now: now().toISOString(),
    };
  }

  scaffold(): FactsOfRole<'scaffold'> {
    const { modules, sharedPaths, testCommand } = this.blueprint();
    const contractSummary = this.contractSummary();
    return { role: 'scaffold', ...this.commonFacts(), modules, sharedPaths, testCommand, contractSummary };
  }

  builder(): FactsOfRole<'builder'> {
    const module = this.module();
    const { dir } = this.engine;
    return {
      role: 'builder',
      ...this.commonFacts(),
      ...this.moduleFacts(module),
      sharedPaths: this.blueprint().sharedPaths,
      qcReportPath: join(dir, 'qc', `${module.name}-build-qc.md`),
      trainingPath: trainingOf(module.name),
      brainPath: builderBrain(module.name),
    };
  }

  qc(): FactsOfRole<'qc'> {
    const module = this.module();
    const { judged } = this.moduleState(module.name) ?? {};
    const fixFindings = readRecordedFindings(judged?.findings ?? []);
    const deniedTools = this.lastBuilderState(module.name)?.last?.denied ?? [];
    return { role: 'qc', ...this.commonFacts(), ...this.moduleFacts(module), fixFindings, deniedTools };
  }

  private lastBuilderState(module: string): AgentState | undefined {
    const { plan, state } = this.view.snapshot;
    const builder = (plan?.agents ?? [])
      .filter((agent) => agent.role === 'builder' && agent.module === module)
      .at(-1);
    return builder && state.agents.get(builder.id);
  }

  async assembler(): Promise<FactsOfRole<'assembler'>> {
    const module = this.module();
    const { dir } = this.engine;
    const { assemblyOrder, integrationTestCommand } = this.blueprint();
    const failed = this.moduleState(module.name)?.failed;
    const order = assemblyOrder.map((name) => {
      const merged = this.moduleState(name)?.merged;
      const state = name === module.name ? 'conflicts' : merged ? 'merged' : 'waits';
      return { module: name, branch: this.branch(name), state };
    });
    return {
      role: 'assembler',
      ...this.commonFacts(),
      module: module.name,
      branch: this.branch(module.name),
      integrationBranch: this.branch(INTEGRATION),
      integrationCommit: failed?.onto ?? (await readHeadCommit(this.integrationRoot)),
      trouble: failed?.trouble ?? { kind: 'conflicts', conflicts: [] },
      order,
      integrationTestCommand,
      qcDir: join(dir, 'qc'),
      assemblyReportPath: join(dir, 'synthesis', 'assembly.md'),
      contractSummary: this.contractSummary(),
    };
  }

  shipper(): FactsOfRole<'shipper'> {
    const { base } = this.view.snapshot.state.build;
    return {
      role: 'shipper',
      ...this.commonFacts(),
      integrationBranch: this.branch(INTEGRATION),
      base: base?.branch ?? '',
      baseCommit: base?.commit ?? '',
      modules: this.blueprint().modules,
      backlog: backlogFindings(this.view),
      contractSummary: this.contractSummary(),
    };
  }

  curator(): FactsOfRole<'curator'> {
    const { dir, now, settings } = this.engine;
    const { shippedAt = 0 } = this.view.snapshot.state.build;
    const time = now().getTime();
    const brainPaths = this.listFolder(BRAINS, '.md');
    const modules = this.blueprint().modules.map(({ name }) => name);
    const trainingPaths = this.listFolder('.orchestration/training', '.jsonl');
    const reports = (this.view.snapshot.plan?.agents ?? []).map(({ output }) => join(dir, output));
    return {
      role: 'curator',
      ...this.commonFacts(),
      brainPaths,
      missingBrainPaths: brainNames(modules)
        .map(brainPath)
        .filter((path) => !brainPaths.includes(path)),
      trainingPaths,
      trainingPath: STATE_TRAINING,
      sessionPaths: reports.filter((path) => existsSync(path)),
      startPairId: nextPairId(
        unwrap(judgeTree(this.integrationRoot, { now: time, minQuality: settings.minQuality })),
      ),
      // If the clock was set back, use the ship time.
      now: new Date(Math.max(time, shippedAt)).toISOString(),
      shipped: new Date(shippedAt).toISOString(),
      contradictions: describeContradictions(this.integrationRoot),
    };
  }

  private moduleFacts(module: BlueprintModule) {
    return {
      module,
      branch: this.branch(module.name),
      baseCommit: this.moduleState(module.name)?.base ?? '',
      testCommand: module.testCommand,
      contractSummary: this.contractSummary(),
    };
  }

  private commonFacts() {
    const { dir } = this.engine;
    const { project } = unwrap(readManifest(dir));
    return { place: { dir, project }, brain: this.readRoleBrain() };
  }

  private readRoleBrain(): string | null {
    const { role, module, tree = this.integrationRoot } = this.agent;
    const name = brainNameOf(role, module);
    // The QC brain is read from the integration worktree: a builder could have changed the copy in its own.
    for (const root of role === 'builder' ? [tree, this.integrationRoot] : [this.integrationRoot]) {
      const text = readBrain(root, name);
      if (text.ok && text.value !== undefined) return text.value;
    }
    return null;
  }

  private blueprint(): Blueprint {
    if (!this.view.blueprint) throw new Error('a stage after the architect needs a valid contract');
    return this.view.blueprint;
  }

  private module(): BlueprintModule {
    const module = this.blueprint().modules.find(({ name }) => name === this.agent.module);
    if (!module) throw new Error(`${this.agent.id} is for a module that the contract does not have`);
    return module;
  }

  private moduleState(name: string) {
    return this.view.snapshot.state.build.modules.get(name);
  }

  private branch(name: string): string {
    return branchOf(this.engine.site.run, name);
  }

  private contractFiles() {
    return unwrap(readContractFiles(this.integrationRoot));
  }

  private contractSummary(): string {
    return summarizeContract(this.contractFiles()).join('\n');
  }

  private listFolder(folder: string, ending: string): string[] {
    const full = join(this.integrationRoot, folder);
    const names = existsSync(full) ? readdirSync(full) : [];
    return names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
  }
}
