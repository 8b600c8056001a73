import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promptFor } from '../../run/dispatch/prompt.io.ts';
import type { Snapshot } from '../../run/dispatch/standing.ts';
import type { Plan } from '../../run/ledger/manifest.ts';
import { nameAgentDefinition } from '../../system/client/plugin.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError } from '../../system/files/file-error.ts';
import { packageRoot } from '../../system/package-root.ts';
import { compileWorkflow } from './compile.ts';

function folderOf({ manifest }: Snapshot): string {
  return join(manifest.project, '.orchestration', 'runs');
}

/** Path of a run's script. It is inside the project, since the client reads scripts only from its working directories, and short, since the parent's context repeats it seven times. */
export function workflowPath(snapshot: Snapshot): string {
  return join(folderOf(snapshot), `${snapshot.manifest.id.slice(-8)}.js`);
}

export function compileFor(snapshot: Snapshot, plan: Plan): string {
  const template = readFileSync(join(packageRoot(), 'templates', 'workflow', 'run.js'), 'utf8');
  return compileWorkflow(
    snapshot,
    plan,
    template,
    (agent) => promptFor(snapshot, plan, agent, 1),
    (type) => nameAgentDefinition(packageRoot(), type),
  );
}

/** Compiles the remaining agents of a run and writes the script into the project. Returns the script's path. */
export function writeWorkflow(snapshot: Snapshot, plan: Plan): string {
  const path = workflowPath(snapshot);
  const folder = folderOf(snapshot);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw describeFileError(error, folder, 'make the folder for the script');
  }
  // The script is written again at every call, so git should ignore it.
  const ignore = join(folder, '.gitignore');
  if (!existsSync(ignore)) writeAtomic(ignore, '*\n', { durable: false });
  writeAtomic(path, compileFor(snapshot, plan), { durable: false });
  return path;
}
