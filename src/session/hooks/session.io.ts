import { plainText } from '../../findings/plain-text.ts';
import { readSnapshot } from '../../run/dispatch/snapshot.io.ts';
import { isSettled, standingOf } from '../../run/dispatch/standing.ts';
import { nextActionTexts } from '../../run/dispatch/wording.ts';
import { isActive, listActiveRuns } from '../../run/ledger/locate.io.ts';
import { openRunRoots } from '../../run/ledger/roots.io.ts';
import { readRunState } from '../../run/ledger/run-state.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { addContext, type HookAnswer, type HookInput } from './protocol.ts';
import { runsOf } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A run without an event for this long was given up, so new sessions are not told of it. */
const ABANDONED_MS = 7 * 24 * 3_600_000;

/**
 * Adds unfinished runs to the context of a session that begins or goes on: those of this session after `/clear`, a compaction or a resume;
 * otherwise the latest one of the project, which another session or a shell may have started.
 */
export function onSessionStart(input: HookInput, env: Env, now: Date): HookAnswer {
  if (env.SAO_AGENT_ID !== undefined) return undefined;
  const own = runsOf(input, env)
    .filter(isActive)
    .flatMap((dir) => describeRun(dir, now));
  const lines = own.length > 0 || input.source === 'compact' ? own : describeOther(input, env, now);
  return lines.length > 0 ? addContext(lines.join('\n')) : undefined;
}

function describeRun(dir: string, now: Date, isOwn = true): string[] {
  const manifest = readManifest(dir);
  if (!manifest.ok) return [];
  const { id } = manifest.value;
  const task = plainText(manifest.value.task, 120);
  if (hasEnded(dir, now)) return [nextActionTexts.unreported(id, task)];
  return [isOwn ? nextActionTexts.underWay(id, task) : nextActionTexts.unfinished(id, task)];
}

/** Whether every agent of a run is done or a gap. A build's agents are planned as it goes on. */
function hasEnded(dir: string, now: Date): boolean {
  const snapshot = readSnapshot(dir, now);
  const { manifest, plan } = snapshot;
  return (
    manifest.mode !== 'build' &&
    plan !== undefined &&
    plan.agents.every((agent) => isSettled(standingOf(snapshot, agent)))
  );
}

function describeOther({ cwd }: HookInput, env: Env, now: Date): string[] {
  const roots = openRunRoots({ env, cwd });
  const active = roots.ok ? listActiveRuns(roots.value.all, cwd) : roots;
  const [latest] = active.ok ? active.value : [];
  if (!latest) return [];
  const { dir } = latest;
  const isRecent = now.getTime() - readRunState(dir).lastEvent < ABANDONED_MS;
  return isRecent ? describeRun(dir, now, false) : [];
}
