import { readManifest } from '../../run/ledger/store.io.ts';
import { writePipelinePage } from '../stages/write-report.io.ts';
import { readNextStep } from './advance.io.ts';

/** Writes `pipeline.md` again after an approval was recorded. A run that is no build has no such page. */
export function refreshPipelinePage(dir: string, { now }: { now(): Date }): void {
  const manifest = readManifest(dir);
  if (!manifest.ok || manifest.value.mode !== 'build') return;
  try {
    const { step, view } = readNextStep({ dir, now });
    writePipelinePage(view, step);
  } catch {
    // The approval is recorded. A state that cannot be read is reported by the next step, which writes the page too.
  }
}
