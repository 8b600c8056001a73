import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { askGit } from '../../adapters/git/call.io.ts';
import { beginAudit, planHardening } from '../../audit/audit.io.ts';
import { commandsHash } from '../../dispatch/approve.ts';
import type { Report } from '../../report/report-types.ts';
import { unwrap } from '../../result.ts';
import { appendEvents, readManifest, readPlanFile } from '../../run/store.io.ts';
import type { Engine } from '../engine.ts';
import { headOf } from '../git/tree-work.io.ts';
import { record } from '../record.io.ts';
import { sortFindings } from '../sort-findings.ts';
import type { BuildView } from '../step.ts';
import { integrationOf } from '../view.io.ts';

/** Stage 5: a run of its own audits the integration branch. */
export async function beginHardening(engine: Engine): Promise<void> {
  const { dir, env } = engine;
  const root = integrationOf(dir);
  const commit = await headOf(root);
  const { driver } = unwrap(readManifest(dir));
  const choice = { flag: dirname(dir), env, cwd: root };
  const input = planHardening(engine.audit);
  const child = unwrap(
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

/** Takes up what the audit found: critical halts, major goes back to the module's builder once, the rest is backlog. */
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
  const gaps = report.gaps.map(({ id, reason }) => `not looked at: ${id} (${reason})`);
  record(engine, {
    type: 'hardened',
    child,
    commit: build.harden.commit ?? '',
    findings: sorted.counts,
    majors: sorted.majors,
    backlog: [...sorted.backlog, ...gaps],
  });
  if (sorted.criticals.length === 0) return;
  record(engine, {
    type: 'halted',
    reason: `the audit found what is critical: ${sorted.criticals.join('; ')}`,
  });
}
