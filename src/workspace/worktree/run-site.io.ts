import { locateRun } from '../../run/ledger/locate.io.ts';
import type { RootChoice } from '../../run/ledger/roots.io.ts';
import { readManifest } from '../../run/ledger/store.io.ts';
import { accept, type Result } from '../../system/result.ts';
import { openSite, type Site } from './site.io.ts';

/** Opens the site of a run that the command line names; without a name, of the current run. */
export async function openRunSite(given: string | undefined, choice: RootChoice): Promise<Result<Site>> {
  const found = locateRun(given, choice);
  if (!found.ok) return found;
  const manifest = readManifest(found.value.dir);
  if (!manifest.ok) return manifest;
  const { project, id: run } = manifest.value;
  const site = await openSite({ project, runDir: found.value.dir, run });
  return site.ok ? accept(site.value, found.diagnostics) : site;
}
