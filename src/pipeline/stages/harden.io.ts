import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beginAudit, planHardening } from '../../audit/audit.io.ts';
import { readAuditCosts } from '../../run/cost/audit-costs.io.ts';
import { decideRegrant, grantEvents } from '../../run/dispatch/regrant.ts';
import { decideUnderLock, readSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { standingOf } from '../../run/dispatch/standing.ts';
import type { DomainCoverage } from '../../run/ledger/build-events.ts';
import { uncoveredDomains } from '../../run/ledger/build-state.ts';
import {
  buildCommandsApprovedEvent,
  buildHaltedEvent,
  buildPlanConfirmedEvent,
} from '../../run/ledger/events.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents, listRunDirs, readManifest, readPlanFile } from '../../run/ledger/store.io.ts';
import { approveOwnCommands, approveOwnPlan } from '../../run/plan/own-plan.io.ts';
import { readReport } from '../../run/report/read-report.io.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { readHeadCommit } from '../../workspace/worktree/tree-work.io.ts';
import { type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import { sortFindings } from '../machine/sort-findings.ts';
import type { BuildView } from '../machine/step.ts';
import { describeCriticalFindings, describeUncoveredDomains } from '../machine/wording.ts';

/** Stage 5: a run of its own audits the integration branch, or repeats what gave no result in the last one. */
export async function beginHardening(engine: Engine): Promise<void> {
  const commit = await readHeadCommit(integrationWorktree(engine.dir));
  const child = repeatUncovered(engine, commit) ?? startAudit(engine);
  recordEvents(engine, { type: 'harden-begun', child, commit });
}

/** Starts an audit of the integration worktree and returns the id of its run. */
function startAudit(engine: Engine): string {
  const { dir, env } = engine;
  const worktree = integrationWorktree(dir);
  const { driver } = unwrap(readManifest(dir));
  const rootChoice = { env, cwd: worktree };
  const auditPlan = planHardening(engine.settings.hardening);
  const auditRun =
    findUnrecordedAudit(engine) ??
    unwrap(
      beginAudit(
        auditPlan,
        {
          ...{ project: worktree, driver: driver ?? undefined, tree: worktree, beside: dir },
          timeouts: engine.auditTimeouts,
        },
        rootChoice,
        engine.now(),
      ),
    );
  const plan = unwrap(readPlanFile(auditRun.dir));
  // The engine wrote the plan and the human asked for the build, so it needs no confirmation.
  appendEvents(
    auditRun.dir,
    [
      buildPlanConfirmedEvent(approveOwnPlan(auditRun.dir, engine.now())),
      ...(plan ? [buildCommandsApprovedEvent(approveOwnCommands(auditRun.dir, plan, engine.now()))] : []),
    ],
    engine.now(),
  );
  return auditRun.run;
}

/**
 * Grants another attempt to the agents and checks of the last audit that gave no result, and returns its id. Undefined if the audit
 * covers every domain, or if it audited another commit.
 */
function repeatUncovered({ dir, now }: Engine, commit: string): string | undefined {
  const { harden } = readRunState(dir).build;
  const { child } = harden;
  const isSameCommit = harden.isOver && !harden.isStale && harden.commit === commit;
  if (child === undefined || !isSameCommit || uncoveredDomains(harden).length === 0) return undefined;
  const childDir = join(dirname(dir), child);
  if (!existsSync(childDir)) return undefined;
  decideUnderLock(childDir, now(), (snapshot) => {
    const gaps = (snapshot.plan?.agents ?? []).filter(
      (agent) => agent.role === 'worker' && standingOf(snapshot, agent) === 'gap',
    );
    const ids = gaps.map(({ id }) => id);
    const grants = unwrap(decideRegrant(snapshot, ids, false));
    appendEvents(childDir, grantEvents(grants), now());
  });
  return child;
}

/** Counts the results of an audit by domain, agents and checks apart. */
function measureCoverage(auditDir: string, now: Date): DomainCoverage[] {
  const snapshot = readSnapshot(auditDir, now);
  const { agents = [], domains = [] } = snapshot.plan ?? {};
  return domains.flatMap(({ id, name }) =>
    (['agents', 'checks'] as const).flatMap((by) => {
      const workers = agents.filter(
        ({ domain, role, kind }) =>
          domain === id && role === 'worker' && (kind === 'agent') === (by === 'agents'),
      );
      const given = workers.filter((agent) => standingOf(snapshot, agent) === 'done').length;
      return workers.length === 0 ? [] : [{ domain: name, by, planned: workers.length, given }];
    }),
  );
}

/** An audit run of this build that was created before a crash and is missing from the build's ledger. */
function findUnrecordedAudit({ dir }: Engine): { run: string; dir: string } | undefined {
  const { harden } = readRunState(dir).build;
  const auditDir = listRunDirs(dirname(dir)).find((runDir) => {
    const manifest = readManifest(runDir);
    const isThisBuild = manifest.ok && manifest.value.project === integrationWorktree(dir);
    if (!isThisBuild || basename(runDir) === harden.child || !unwrap(readPlanFile(runDir))) return false;
    const { dispatchedAny, reported } = readRunState(runDir);
    return !dispatchedAny && !reported;
  });
  return auditDir === undefined ? undefined : { run: basename(auditDir), dir: auditDir };
}

/** Records the audit's findings: critical ones halt the build, major ones are fixed once by the owner, the rest is backlog. */
export async function endHardening(engine: Engine, view: BuildView, child: string): Promise<void> {
  const { build } = view.snapshot.state;
  const reportPath = join(dirname(engine.dir), child, 'report.json');
  const report = unwrap(readReport(reportPath));
  const base = build.base?.commit ?? 'HEAD';
  const changedPaths = await askGit(
    integrationWorktree(engine.dir),
    ['diff', '--name-only', '-z', '--no-renames', base, 'HEAD'],
    { output: 'paths' },
  );
  const sortedFindings = sortFindings(
    report.findings,
    view.blueprint?.modules ?? [],
    new Set(changedPaths.split('\0')),
  );
  const coverage = measureCoverage(join(dirname(engine.dir), child), engine.now());
  const uncovered = uncoveredDomains({ coverage });
  const reasons = [
    ...(uncovered.length > 0 ? [describeUncoveredDomains(uncovered, child)] : []),
    ...(sortedFindings.criticals.length > 0
      ? [
          describeCriticalFindings(
            sortedFindings.criticals.slice(0, MAX_SHOWN_CRITICALS),
            build.harden.rounds > 0,
            engine.site.run,
            integrationWorktree(engine.dir),
          ),
        ]
      : []),
  ];
  // Record the halt first: after a crash between both events the findings are recorded again and the build stays halted.
  if (reasons.length > 0) recordEvents(engine, buildHaltedEvent(reasons.join('; ')));
  const gaps = report.gaps.map(({ id, reason }) => `not looked at: ${id} (${reason})`);
  recordEvents(engine, {
    type: 'hardened',
    child,
    commit: build.harden.commit ?? '',
    findings: sortedFindings.counts,
    majors: sortedFindings.majors,
    backlog: [...sortedFindings.backlog, ...gaps],
    earlier: sortedFindings.earlier,
    coverage,
    costUsd: readAuditCosts(engine.dir, view.snapshot.state).get(child)?.costUsd ?? 0,
  });
}

/** Maximum number of critical findings in the message; the report lists all. */
const MAX_SHOWN_CRITICALS = 10;
