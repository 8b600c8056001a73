import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beginAudit, planHardening } from '../../audit/audit.io.ts';
import { foldLedger } from '../../run/ledger/state.ts';
import {
  appendEvents,
  listRunDirs,
  readLedger,
  readManifest,
  readPlanFile,
} from '../../run/ledger/store.io.ts';
import { commandsHash } from '../../run/plan/approve.ts';
import type { Report } from '../../run/report/report-types.ts';
import { askGit } from '../../system/git/call.io.ts';
import { unwrap } from '../../system/result.ts';
import { headOf } from '../../workspace/worktree/tree-work.io.ts';
import type { Engine } from '../machine/engine.ts';
import { record } from '../machine/record.io.ts';
import { sortFindings } from '../machine/sort-findings.ts';
import type { BuildView } from '../machine/step.ts';
import { integrationOf } from '../machine/view.io.ts';
import { sayCritical } from '../machine/wording.ts';

/** Stage 5: a run of its own audits the integration branch. */
export async function beginHardening(engine: Engine): Promise<void> {
  const { dir, env } = engine;
  const root = integrationOf(dir);
  const commit = await headOf(root);
  const { driver } = unwrap(readManifest(dir));
  const choice = { flag: dirname(dir), env, cwd: root };
  const input = planHardening(engine.settings.hardening);
  const child =
    findBegun(engine) ??
    unwrap(
      beginAudit(input, { project: root, driver: driver ?? undefined, tree: root }, choice, engine.now()),
    );
  const plan = unwrap(readPlanFile(child.dir));
  // The plan is the engine's own, and the person has asked for the build.
  appendEvents(
    child.dir,
    [
      { type: 'plan-confirmed' },
      ...(plan
        ? [{ type: 'commands-approved' as const, hash: commandsHash(plan), by: 'engine' as const }]
        : []),
    ],
    engine.now(),
  );
  record(engine, { type: 'harden-begun', child: child.run, commit });
}

/** An audit of this build that was begun and that its ledger does not know of, because we were killed in between. */
function findBegun({ dir }: Engine): { run: string; dir: string } | undefined {
  const { harden } = foldLedger(readLedger(dir)).build;
  const found = listRunDirs(dirname(dir)).find((each) => {
    const manifest = readManifest(each);
    const isOurs = manifest.ok && manifest.value.project === integrationOf(dir);
    if (!isOurs || basename(each) === harden.child || !unwrap(readPlanFile(each))) return false;
    const { dispatchedAny, reported } = foldLedger(readLedger(each));
    return !dispatchedAny && !reported;
  });
  return found === undefined ? undefined : { run: basename(found), dir: found };
}

/** Takes up what the audit found: critical halts, major is mended once by whoever has it in hand, the rest is backlog. */
export async function endHardening(engine: Engine, view: BuildView, child: string): Promise<void> {
  const { build } = view.snapshot.state;
  const path = join(dirname(engine.dir), child, 'report.json');
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  const base = build.base?.commit ?? 'HEAD';
  const changed = await askGit(integrationOf(engine.dir), [
    'diff',
    '--name-only',
    '-z',
    '--no-renames',
    base,
    'HEAD',
  ]);
  const sorted = sortFindings(report.findings, view.blueprint?.modules ?? [], new Set(changed.split('\0')));
  // First: killed between the two, the findings are taken up again, and nothing goes on unseen.
  if (sorted.criticals.length > 0)
    record(engine, {
      type: 'halted',
      reason: sayCritical(
        sorted.criticals.slice(0, SHOWN),
        build.harden.rounds > 0,
        engine.site.run,
        engine.dir,
      ),
    });
  const gaps = report.gaps.map(({ id, reason }) => `not looked at: ${id} (${reason})`);
  record(engine, {
    type: 'hardened',
    child,
    commit: build.harden.commit ?? '',
    findings: sorted.counts,
    majors: sorted.majors,
    backlog: [...sorted.backlog, ...gaps],
  });
}

/** Critical findings that a person is told of at once; the report has all. */
const SHOWN = 10;
