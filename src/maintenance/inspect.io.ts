import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { previewSnapshot } from '../run/dispatch/snapshot.io.ts';
import { standingOf } from '../run/dispatch/standing.ts';
import { isUnfinishedRunName } from '../run/ledger/create-run.io.ts';
import { isRunId } from '../run/ledger/names.ts';
import { readRunState } from '../run/ledger/run-state.io.ts';
import type { RunState } from '../run/ledger/state.ts';
import { readLedger, readManifest } from '../run/ledger/store.io.ts';
import { systemErrorCode } from '../system/files/file-error.ts';
import { ExpectedError } from '../system/result.ts';
import type { CleanCandidate, EntryKind } from './decide.ts';

const LEFTOVER_PREFIX = '.removed-';

/** The name that a run's directory gets before it is deleted, so that no command finds the run any more. */
export function formatLeftoverName(id: string): string {
  return `${LEFTOVER_PREFIX}${id}`;
}

/** Reads the facts on which the removal of an entry of the runs root is decided. */
export function inspectEntry(root: string, name: string, now: Date): CleanCandidate {
  const dir = join(root, name);
  const kind = classifyEntry(dir, name);
  const nothing = { name, kind, lastActivity: now.getTime(), isReported: false, running: 0 };
  if (kind === 'half-made') return { ...nothing, lastActivity: lstatSync(dir).mtimeMs };
  if (kind !== 'run') return nothing;
  try {
    const snapshot = previewSnapshot(dir, now);
    const { state, plan, manifest } = snapshot;
    const running = (plan?.agents ?? []).filter((agent) => standingOf(snapshot, agent) === 'running').length;
    const own = {
      name,
      kind,
      lastActivity: readLastActivity(dir, manifest.created),
      isReported: state.reported,
      running,
    };
    const audit = findAudit(state);
    return audit === undefined ? own : addAuditActivity(own, inspectEntry(root, audit, now));
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { ...nothing, kind: 'damaged' };
  }
}

/** Adds the activity of a build's audit, which is a run of its own, to the build. */
function addAuditActivity(build: CleanCandidate, audit: CleanCandidate): CleanCandidate {
  if (audit.kind !== 'run') return build;
  const lastActivity = Math.max(build.lastActivity, audit.lastActivity);
  return { ...build, lastActivity, running: build.running + audit.running };
}

/** The id of the run that audits a build, until the build has read its findings. */
function findAudit({ build: { harden } }: RunState): string | undefined {
  return harden.isOver || !isRunId(harden.child ?? '') ? undefined : harden.child;
}

/** Maps each audit of an unfinished build of this root to the name of that build: its gate and its report read it, also after its findings are recorded. */
export function findAuditsInUse(root: string, names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of names.filter((each) => classifyEntry(join(root, each), each) === 'run')) {
    const manifest = readManifest(join(root, name));
    if (!manifest.ok || manifest.value.mode !== 'build') continue;
    const { reported, build } = readRunState(join(root, name));
    if (reported) continue;
    for (const audit of build.harden.audits.keys()) if (names.includes(audit)) found.set(audit, name);
  }
  return found;
}

function classifyEntry(dir: string, name: string): EntryKind {
  const stat = lstatSync(dir, { throwIfNoEntry: false });
  if (!stat || stat.isSymbolicLink()) return 'link';
  const isLeftover = name.startsWith(LEFTOVER_PREFIX) && isRunId(name.slice(LEFTOVER_PREFIX.length));
  const isHalfMade = isUnfinishedRunName(name);
  if (!isLeftover && !isHalfMade && !isRunId(name)) return 'no-run';
  if (!stat.isDirectory()) return 'not-directory';
  if (!isOwnedByUser(stat)) return 'foreign';
  if (isHalfMade) return 'half-made';
  return isLeftover ? 'leftover' : classifyRun(dir, name);
}

function classifyRun(dir: string, name: string): EntryKind {
  try {
    return classifyReadableRun(dir, name);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return 'damaged';
  }
}

function classifyReadableRun(dir: string, name: string): EntryKind {
  const stat = lstatSync(join(dir, 'run.json'), { throwIfNoEntry: false });
  if (!stat?.isFile() || !isOwnedByUser(stat)) return 'no-run';
  const manifest = readManifest(dir);
  if (!manifest.ok) return 'damaged';
  if (manifest.value.id !== name) return 'no-run';
  return lstatSync(join(dir, 'ledger.jsonl'), { throwIfNoEntry: false })?.isFile() ? 'run' : 'damaged';
}

function isOwnedByUser(stat: Stats): boolean {
  return process.getuid === undefined || stat.uid === process.getuid();
}

// The file's modification time counts too: a newer engine may have written events that this one cannot read.
function readLastActivity(dir: string, created: string): number {
  const times = readLedger(dir).map(({ at }) => Date.parse(at));
  const { mtimeMs } = lstatSync(join(dir, 'ledger.jsonl'));
  return Math.max(mtimeMs, ...[Date.parse(created), ...times].filter((time) => !Number.isNaN(time)));
}
