import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import { randomHex } from '../../system/random-hex.ts';
import { ExpectedError } from '../../system/result.ts';
import type { Manifest } from './manifest.ts';
import { isRunId } from './names.ts';
import { appendEvents, writeManifest } from './store.io.ts';

const FOLDERS = ['prompts', 'workers', 'synthesis', 'attempts'];

/** The name that a run has while it is created. */
function formatUnfinishedName(id: string): string {
  return `.new-${id}-${randomHex(4)}`;
}

/** Whether a folder was left by a process that was killed while it created a run. */
export function isUnfinishedRunName(name: string): boolean {
  const id = /^\.new-(.+)-[0-9a-f]{4}$/.exec(name)?.[1];
  return id !== undefined && isRunId(id);
}

/** Creates the run directory with its manifest and first event: under another name first, so that a run is complete or not there. */
export function createRun(root: string, manifest: Manifest, now: Date): string {
  const dir = join(root, manifest.id);
  const made = join(root, formatUnfinishedName(manifest.id));
  try {
    mkdirSync(made, { mode: 0o700 });
    for (const folder of FOLDERS) mkdirSync(join(made, folder), { mode: 0o700 });
    writeManifest(made, manifest);
    const { mode, task, project } = manifest;
    appendEvents(made, [{ type: 'run-created', mode, task, project }], now);
    renameSync(made, dir);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (error instanceof ExpectedError) throw error;
    throw describeFileError(error, dir, 'make the run directory');
  }
  return dir;
}
