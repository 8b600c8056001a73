import { join } from 'node:path';
import type { Finding } from '../../findings/finding.ts';
import { recordFinding } from '../../findings/recorded-finding.ts';
import { buildModuleMergedEvent } from '../../run/ledger/events.ts';
import type { MergeTrouble } from '../../run/ledger/trouble.ts';
import { unwrap } from '../../system/result.ts';
import { confineToTree } from '../../system/sandbox/confinement.ts';
import { type Integration, openIntegration } from '../../workspace/merge/integration.io.ts';
import { type MergeOutcome, type MergeVerdict, mergeModule } from '../../workspace/merge/merge.io.ts';
import { describeFlakyTests, describeTests, testsPassed } from '../../workspace/tests/test-result.ts';
import { runTestsRepeatedly } from '../../workspace/tests/test-run.io.ts';
import { branchOf, INTEGRATION } from '../../workspace/worktree/names.ts';
import { type Engine, recordEvents, throwIfInterrupted } from '../machine/engine.io.ts';
import type { BuildView } from '../machine/step.ts';
import { describeAside, describeUsed } from '../qc/ignored-wording.ts';
import { moduleFindings } from '../qc/judge-wording.ts';
import { recordMergeFailure, writeAssemblyReport } from './assembly-report.io.ts';
import { checkLockAssertions } from './tests.io.ts';
import { runOnTrackedState } from './tracked-state.io.ts';

/** Stage 4: merges a module into the integration branch. A conflict or failing tests leave the branch unchanged. */
export async function mergeModuleIntoIntegration(
  engine: Engine,
  view: BuildView,
  module: string,
): Promise<void> {
  const source = view.snapshot.state.build.modules.get(module)?.judged?.commit ?? '';
  const integration = await openVerifiedIntegration(engine);
  const logPath = join(engine.dir, 'qc', `integration-${module}.log`);
  const integrationCheck = new IntegrationCheck(engine, view, logPath);
  const outcome = unwrap(await mergeModule(integration, { module, source, verify: integrationCheck.verify }));
  if (outcome.state === 'merged' || outcome.state === 'already') {
    const { flaky } = integrationCheck;
    const backlog = flaky.length === 0 ? {} : { backlog: flaky.map(recordFinding) };
    recordEvents(engine, buildModuleMergedEvent({ module, source, commit: outcome.commit, ...backlog }));
  } else {
    const trouble = describeTrouble(outcome, integrationCheck);
    recordMergeFailure(engine, { module, source, logPath, before: outcome.before, trouble });
  }
  writeAssemblyReport(engine, view);
}

/** The integration worktree after the last verified merge. */
export async function openVerifiedIntegration({ site }: Engine): Promise<Integration> {
  return unwrap(await openIntegration(site, `refs/heads/${branchOf(site.run, INTEGRATION)}`));
}

/** Runs the integration tests and the lock assertions. */
export class IntegrationCheck {
  /** Reason that the last check failed. */
  trouble: Extract<MergeTrouble, { kind: 'tests' }> | undefined;
  /** What the last check saw of flaky tests, of flaky checks of locks, and of dependencies that agents put in place. */
  flaky: Finding[] = [];
  private readonly engine: Engine;
  private readonly view: BuildView;
  private readonly command: string;
  private readonly outputPath: string;

  constructor(engine: Engine, view: BuildView, outputPath: string) {
    this.engine = engine;
    this.view = view;
    this.command = view.blueprint?.integrationTestCommand ?? '';
    this.outputPath = outputPath;
  }

  /** The last check's flaky tests and checks, as remarks. */
  flakyRemarks(): string[] {
    return this.flaky.map(({ title, detail = '' }) => `${title}: ${detail}`);
  }

  readonly verify = async (place: string): Promise<MergeVerdict> => {
    const { result, ignored } = await runOnTrackedState(this.engine, () => this.check(place));
    this.flaky.push(...describeUsed(ignored).map(moduleFindings.used));
    const [aside] = describeAside(ignored);
    if (!result.ok && this.trouble && aside !== undefined)
      this.trouble = { ...this.trouble, tail: `${this.trouble.tail}\n${aside}` };
    return result;
  };

  private async check(place: string): Promise<MergeVerdict> {
    const { env, confinement, signal, settings } = this.engine;
    const confine = confineToTree(confinement, place);
    const timeoutMs = settings.testTimeout * 1000;
    const options = { timeoutMs, env, confine, signal, outputPath: this.outputPath };
    const tests = throwIfInterrupted(unwrap(await runTestsRepeatedly(this.command, place, options)));
    const flaky = describeFlakyTests(tests);
    this.flaky = flaky === undefined ? [] : [moduleFindings.flaky(flaky)];
    if (!testsPassed(tests)) return this.fail(describeTests(tests), tests.tail);
    const before = this.view.snapshot.state.build.checks.get('scaffold')?.counts?.[this.command] ?? 0;
    if (before > 0 && (tests.count?.run ?? 0) === 0)
      return this.fail(`no test ran, on the scaffold ${before}`, tests.tail);
    const faults = await checkLockAssertions(this.engine, this.view, place);
    this.flaky.push(
      ...faults.filter(({ flaky }) => flaky).map((fault) => moduleFindings.lock(fault, 'minor')),
    );
    const broken = faults.filter(({ level, flaky }) => level !== 'unlocked' && !flaky);
    if (broken.length === 0) return { ok: true };
    const lines = broken.map(({ lock, assertion, detail = '' }) => `${lock}: ${assertion} (${detail})`);
    return this.fail('lock assertions fail', lines.join('\n'));
  }

  private fail(end: string, tail: string): MergeVerdict {
    this.trouble = { kind: 'tests', command: this.command, end, tail };
    return { ok: false, reason: end };
  }
}

type FailedOutcome = Extract<MergeOutcome, { state: 'conflict' | 'rolled-back' }>;

function describeTrouble(outcome: FailedOutcome, integrationCheck: IntegrationCheck): MergeTrouble {
  if (outcome.state === 'conflict') return { kind: 'conflicts', conflicts: outcome.conflicts };
  return integrationCheck.trouble ?? { kind: 'tests', command: '', end: outcome.reason, tail: '' };
}
