import { locateRun } from '../../run/ledger/locate.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import type { PersonsCall } from './answers.ts';
import type { HookInput } from './protocol.ts';

/** The build that a command is about, found as the command itself finds it; undefined where there is none. */
export function findBuild(
  input: HookInput,
  env: Readonly<Record<string, string | undefined>>,
  { run, runsDir }: Pick<PersonsCall, 'run' | 'runsDir'>,
): { dir: string; run: string } | undefined {
  const found = locateRun(run, { flag: runsDir, env, cwd: input.cwd });
  const manifest = found.ok ? readManifest(found.value.dir) : found;
  if (!found.ok || !manifest.ok || manifest.value.mode !== 'build') return undefined;
  return { dir: found.value.dir, run: manifest.value.id };
}
