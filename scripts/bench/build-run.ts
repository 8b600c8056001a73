import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseContract } from '../../src/contract/contract.ts';
import { CONTRACTS } from '../../src/contract/contract-files.ts';
import { contractHashOf, readContractFiles } from '../../src/contract/read.io.ts';
import { stageOfRole } from '../../src/pipeline/machine/build-agents.ts';
import { decideBuild } from '../../src/pipeline/machine/decide.ts';
import { integrationWorktree } from '../../src/pipeline/machine/engine.io.ts';
import { extendPlan } from '../../src/pipeline/machine/extend-plan.ts';
import type { AgentOrder, BuildStep, Work } from '../../src/pipeline/machine/step.ts';
import { readBuildView } from '../../src/pipeline/machine/view.io.ts';
import { writeBlueprint } from '../../src/pipeline/stages/check-contract.io.ts';
import { readSnapshot } from '../../src/run/dispatch/snapshot.io.ts';
import { beginRun } from '../../src/run/ledger/begin.io.ts';
import { makeApprovalRecord } from '../../src/run/ledger/human-proof.io.ts';
import type { PlannedAgent } from '../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../src/run/ledger/run-event.ts';
import { BUILD_TIMEOUTS } from '../../src/run/ledger/settings.ts';
import { appendEvents, readManifest, writePlanFile } from '../../src/run/ledger/store.io.ts';
import { approveOwnPlan } from '../../src/run/plan/own-plan.io.ts';
import { unwrap } from '../../src/system/result.ts';

const TASK = 'Build a shop';
const LEVEL = 10;
const REPORT = `# Report\n\n${'What was built, and why it is built so.\n'.repeat(40)}\n<!-- DONE -->\n`;

/** A build run of this many modules in the middle of stage 3: half of them have passed, the others are open or wait for those. */
export function makeBuildRun(
  project: string,
  root: string,
  modules: number,
): { run: string; dir: string; agents: number } {
  const given = { task: TASK, project, mode: 'build' } as const;
  const { run, dir } = unwrap(beginRun(given, { env: { SAO_RUNS_DIR: root }, cwd: project }, new Date()));
  writeContract(integrationWorktree(dir), modules);
  const build = new HalfBuilt(dir);
  build.record(
    { type: 'build-begun', base: 'main', commit: 'c0' },
    {
      type: 'plan-confirmed',
      ...approveOwnPlan(dir, new Date()),
    },
  );
  while (build.step(modules / 2));
  return { run, dir, agents: readSnapshot(dir, new Date()).plan?.agents.length ?? 0 };
}

/** The engine makes every decision; only the results of agents, tests and git are invented. */
class HalfBuilt {
  private readonly dir: string;
  private passed = 0;
  private commits = 0;

  constructor(dir: string) {
    this.dir = dir;
  }

  record(...events: RunEvent[]): void {
    appendEvents(this.dir, events, new Date());
  }

  step(most: number): boolean {
    const step = decideBuild(readBuildView(readSnapshot(this.dir, new Date())));
    if (step.kind === 'agents' && this.passed >= most) return false;
    if (step.kind === 'work') this.perform(step.work);
    else if (step.kind === 'gate') this.approve(step);
    else if (step.kind === 'agents') for (const agent of this.dueOf(step.agents)) this.carry(agent);
    else throw new Error(`the build is ${step.kind} before it is half done`);
    return true;
  }

  /** From the third level on some are ahead of the others. */
  private dueOf(agents: readonly PlannedAgent[]): readonly PlannedAgent[] {
    return this.passed < 2 * LEVEL ? agents : agents.slice(0, LEVEL / 2);
  }

  private approve({ stage, hash }: Extract<BuildStep, { kind: 'gate' }>): void {
    const { id: run, project } = unwrap(readManifest(this.dir));
    const claim = { run, stage, action: 'approve', hash };
    const approval = makeApprovalRecord(claim, { project, level: 'terminal', now: new Date() }, {});
    this.record({ type: 'gate-approved', stage, hash, approval });
  }

  private carry({ id, output, wave }: PlannedAgent): void {
    const path = join(this.dir, output);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, REPORT);
    const ended = { chars: 80, line: 'Done.', words: 900, findings: { critical: 0, major: 0, minor: 0 } };
    this.record(
      { type: 'dispatched', agent: id, attempt: 1, driver: 'agent', wave },
      { type: 'returned', agent: id, attempt: 1, verdict: 'done', ...ended },
    );
  }

  /** As the engine does it: what is alike together. */
  private perform(work: readonly Work[]): void {
    const orders = work.flatMap((each): AgentOrder[] => {
      if (each.do === 'begin')
        this.record({ type: 'module-begun', module: each.module, base: this.commit() });
      if (each.do === 'begin') return [{ role: 'builder', module: each.module }];
      if (each.do === 'examine') return [{ role: 'qc', module: each.module }];
      return each.do === 'extend' ? [each] : [];
    });
    if (orders.length > 0) this.extend(orders);
    for (const each of work) {
      if (each.do === 'check') this.check(each);
      if (each.do === 'judge') this.judge(each);
    }
  }

  private extend(orders: readonly AgentOrder[]): void {
    const { blueprint, snapshot } = readBuildView(readSnapshot(this.dir, new Date()));
    const places = {
      integration: integrationWorktree(this.dir),
      treeOf: (module: string) => join(this.dir, 'builds', module),
    };
    const { plan, added } = extendPlan(orders, snapshot.plan, {
      task: TASK,
      blueprint,
      timeouts: BUILD_TIMEOUTS,
      worktreePaths: places,
    });
    writePlanFile(this.dir, plan);
    const stage = stageOfRole(orders[0]?.role ?? 'builder');
    this.record({ type: 'plan-extended', stage, agents: added.map(({ id }) => id) });
  }

  private check({ stage, by }: Extract<Work, { do: 'check' }>): void {
    const root = integrationWorktree(this.dir);
    const hash = contractHashOf(root) ?? '';
    if (stage === 'architect')
      writeBlueprint(this.dir, unwrap(parseContract(unwrap(readContractFiles(root)))), hash);
    this.record({ type: 'stage-checked', stage, by, ok: true, hash, faults: [] });
  }

  private judge({ module, builder, qc: by }: Extract<Work, { do: 'judge' }>): void {
    const told = { commit: this.commit(), reasons: [], findings: [], backlog: [] };
    this.record({ type: 'module-judged', module, builder, by, verdict: 'pass', ...told });
    this.passed += 1;
  }

  private commit(): string {
    this.commits += 1;
    return String(this.commits).padStart(40, '0');
  }
}

/** Levels of ten modules; each needs one of the level below. */
function writeContract(root: string, count: number): void {
  const names = Array.from({ length: count }, (_, n) => `module-${n}`);
  const modules = names.map((name, n) => ({
    name,
    description: `Part ${n} of the shop`,
    depends_on: n < LEVEL ? [] : [`module-${n - LEVEL}`],
    interface: `interfaces/${name}.interface.md`,
    paths: [`src/${name}/**`, `tests/${name}/**`],
    builder_model: 'sonnet',
    estimated_complexity: 'medium',
  }));
  const document = {
    project: 'shop',
    test_command: 'npm test',
    integration_test_command: 'npm run test:all',
  };
  const pages: Record<string, string> = {
    'architecture.md': REPORT,
    'modules.json': JSON.stringify(
      { ...document, modules, build_order: names, assembly_order: names },
      null,
      2,
    ),
    'locks.json': JSON.stringify({ decisions: {}, interfaces: {} }),
    'interfaces/shared-types.md': '# Shared types\n\nMoney is in cents.\n',
  };
  for (const name of names)
    pages[`interfaces/${name}.interface.md`] =
      `# ${name}\n\n${'- `open(id: string): Promise<Item>`: what it takes and gives\n'.repeat(40)}`;
  for (const [path, text] of Object.entries(pages)) {
    const full = join(root, CONTRACTS, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}
