import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beginAudit, planHardening } from '../../audit/audit.io.ts';
import {
  buildCommandsApprovedEvent,
  buildHaltedEvent,
  buildPlanConfirmedEvent,
} from '../../run/ledger/events.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents, listRunDirs, readManifest, readPlanFile } from '../../run/ledger/store.io.ts';
import { commandsHash } from '../../run/plan/approve.ts';
import type { Report } from '../../run/report/report-types.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { readHeadCommit } from '../../workspace/worktree/tree-work.io.ts';
import { type Engine, integrationWorktree, recordEvents } from '../machine/engine.io.ts';
import { sortFindings } from '../machine/sort-findings.ts';
import type { BuildView } from '../machine/step.ts';
import { describeCriticalFindings } from '../machine/wording.ts';

/** Stage 5: a run of its own audits the integration branch. */
export async function beginHardening(engine: Engine): Promise<void> {
  const { dir, env } = engine;
  const worktree = integrationWorktree(dir);
  const commit = await readHeadCommit(worktree);
  const { driver } = unwrap(readManifest(dir));
  const rootChoice = { flag: dirname(dir), env, cwd: worktree };
  const auditPlan = planHardening(engine.settings.hardening);
  const auditRun =
    findUnrecordedAudit(engine) ??
    unwrap(
      beginAudit(
        auditPlan,
        { project: worktree, driver: driver ?? undefined, tree: worktree },
        rootChoice,
        engine.now(),
      ),
    );
  const plan = unwrap(readPlanFile(auditRun.dir));
  // The engine wrote the plan and the human asked for the build, so it needs no confirmation.
  appendEvents(
    auditRun.dir,
    [
      buildPlanConfirmedEvent('engine'),
      ...(plan ? [buildCommandsApprovedEvent(commandsHash(plan), 'engine')] : []),
    ],
    engine.now(),
  );
  recordEvents(engine, { type: 'harden-begun', child: auditRun.run, commit });
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
  const report = JSON.parse(readFileSync(reportPath, 'utf8')) as Report;
  const base = build.base?.commit ?? 'HEAD';
  const changedPaths = await askGit(integrationWorktree(engine.dir), [
    'diff',
    '--name-only',
    '-z',
    '--no-renames',
    base,
    'HEAD',
  ]);
  const sortedFindings = sortFindings(
    report.findings,
    view.blueprint?.modules ?? [],
    new Set(changedPaths.split('\0')),
  );
  // Record the halt first: after a crash between both events the findings are recorded again and the build stays halted.
  if (sortedFindings.criticals.length > 0)
    recordEvents(
      engine,
      buildHaltedEvent(
        describeCriticalFindings(
          sortedFindings.criticals.slice(0, MAX_SHOWN_CRITICALS),
          build.harden.rounds > 0,
          engine.site.run,
          engine.dir,
        ),
      ),
    );
  const gaps = report.gaps.map(({ id, reason }) => `not looked at: ${id} (${reason})`);
  recordEvents(engine, {
    type: 'hardened',
    child,
    commit: build.harden.commit ?? '',
    findings: sortedFindings.counts,
    majors: sortedFindings.majors,
    backlog: [...sortedFindings.backlog, ...gaps],
  });
}

/** Maximum number of critical findings in the message; the report lists all. */
const MAX_SHOWN_CRITICALS = 10;
