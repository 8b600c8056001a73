import { locateRun } from '../../run/ledger/locate.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import type { HumanCall } from './answers.ts';
import type { HookInput } from './protocol.ts';

/** Finds the build that a command concerns, by the same rules as the command; undefined if there is none. */
export function findBuild(
  input: HookInput,
  env: Readonly<Record<string, string | undefined>>,
  { run, runsDir }: Pick<HumanCall, 'run' | 'runsDir'>,
): { dir: string; run: string } | undefined {
  const found = locateRun(run, { flag: runsDir, env, cwd: input.cwd });
  const manifest = found.ok ? readManifest(found.value.dir) : found;
  if (!found.ok || !manifest.ok || manifest.value.mode !== 'build') return undefined;
  return { dir: found.value.dir, run: manifest.value.id };
}
