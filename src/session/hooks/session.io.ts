import { basename, join } from 'node:path';
import { plainText } from '../../findings/plain-text.ts';
import { nextActionTexts } from '../../run/dispatch/wording.ts';
import { isActive, listActive } from '../../run/ledger/locate.io.ts';
import { openRunsRoot } from '../../run/ledger/roots.io.ts';
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
  const own = runsOf(input, env).filter(isActive).flatMap(describeRun);
  const lines = own.length > 0 || input.source === 'compact' ? own : describeOther(input, env, now);
  return lines.length > 0 ? addContext(lines.join('\n')) : undefined;
}

function describeRun(dir: string): string[] {
  const manifest = readManifest(dir);
  return manifest.ok
    ? [nextActionTexts.underWay(manifest.value.id, plainText(manifest.value.task, 120))]
    : [];
}

function describeOther({ cwd }: HookInput, env: Env, now: Date): string[] {
  const root = openRunsRoot({ env, cwd });
  const active = root.ok ? listActive(root.value, cwd) : root;
  const [latest] = active.ok ? active.value : [];
  if (!root.ok || !latest) return [];
  const { lastEvent } = readRunState(join(root.value, basename(latest.run)));
  const isRecent = now.getTime() - lastEvent < ABANDONED_MS;
  return isRecent ? [nextActionTexts.unfinished(latest.run, plainText(latest.task, 120))] : [];
}
