import type { HeadlessContext } from '../../headless/run-headless.io.ts';
import { readProjectConfig } from '../../run/ledger/project-config.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { openConfinement } from '../../run/sandbox/open-confinement.io.ts';
import { isInSession } from '../../system/process/caller.ts';
import { unwrap } from '../../system/result.ts';
import { openSetupApproval, openSetupQuestion } from '../../workspace/worktree/approve-setup.io.ts';
import { openSite } from '../../workspace/worktree/site.io.ts';
import type { Engine } from '../machine/engine.io.ts';

type EngineContext = Pick<HeadlessContext, 'env' | 'now' | 'note' | 'ask' | 'stdinIsTerminal'>;

/** Opens a build for the engine's own work. Throws an ExpectedError if its project or configuration is invalid. */
export async function openEngine(
  { dir, isUnattended }: { dir: string; isUnattended?: boolean },
  { env, now, note, ask, stdinIsTerminal }: EngineContext,
  signal: AbortSignal,
): Promise<Engine> {
  const { id: run, project, task } = unwrap(readManifest(dir));
  const site = unwrap(await openSite({ project, runDir: dir, run }));
  const config = unwrap(readProjectConfig(project));
  const { build: settings, worktree: worktreeSettings, timeouts: auditTimeouts } = config;
  const confinement = unwrap(await openConfinement({ dir, run, project }, { env, cwd: project }));
  const caller = { env, now, stdinIsTerminal, isUnattended };
  const confirmSetup = openSetupQuestion({ note, ask }, signal);
  const requireSetupApproval = openSetupApproval(dir, { ...caller, confirmSetup });
  // Inside a session print no progress: the output costs context.
  const reportProgress = isInSession(env) ? () => undefined : note;
  return {
    ...{ dir, site, task, settings, auditTimeouts, worktreeSettings, env, confinement },
    ...{ requireSetupApproval, now, reportProgress, signal },
  };
}
