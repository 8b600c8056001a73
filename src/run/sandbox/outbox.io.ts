import { lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeFileError } from '../../system/files/file-error.ts';
import type { PathRule } from '../../system/sandbox/path-rules.ts';
import type { Plan, PlannedAgent } from '../ledger/manifest.ts';
import { insideOf, outboxOf } from '../outputs/output.io.ts';

/** Files beside an output that are shown to its agent; a wave of more has no reader among its own agents. */
const MAX_SHOWN_FILES = 100;

/**
 * Makes the folder in which a sandboxed agent writes its output, and returns the rules that put it in the place of the output's folder. The agent sees
 * its inputs there, and in a build all earlier files. No rules if the output's folder is not part of the run.
 */
export function openOutbox(dir: string, agent: PlannedAgent, plan: Plan, isBuild: boolean): PathRule[] {
  const path = join(dir, agent.output);
  const source = outboxOf(dir, agent.id);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!insideOf(dir)(path)) return [];
    rmSync(source, { recursive: true, force: true });
    mkdirSync(source, { recursive: true, mode: 0o700 });
    const folder = realpathSync(dirname(path));
    const inputs = plan.agents
      .filter(({ id }) => agent.inputs.includes(id))
      .map(({ output }) => join(dir, output));
    const isShown = (name: string) => isBuild || inputs.some((input) => basename(input) === name);
    const shown = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => (entry.isFile() || entry.isDirectory()) && entry.name !== basename(path))
      .filter(({ name }) => isShown(name))
      .slice(0, MAX_SHOWN_FILES);
    return [
      { path: folder, access: 'one-file', name: basename(path), source: realpathSync(source) },
      ...shown.map(({ name }): PathRule => ({ path: join(folder, name), access: 'read-only' })),
    ];
  } catch (error) {
    throw describeFileError(error, source, 'make the folder of an output');
  }
}

/** Moves the output of an ended agent from its outbox to its place, and removes the outbox. Returns whether there was one. */
export function collectOutput(dir: string, { id, output }: Pick<PlannedAgent, 'id' | 'output'>): boolean {
  const outbox = outboxOf(dir, id);
  const written = join(outbox, basename(output));
  try {
    if (lstatSync(outbox, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
    const isWritten = lstatSync(written, { throwIfNoEntry: false })?.isFile() === true;
    if (isWritten && insideOf(dir)(join(dir, output))) renameSync(written, join(dir, output));
    rmSync(outbox, { recursive: true, force: true });
    return isWritten;
  } catch (error) {
    throw describeFileError(error, outbox, 'collect an output');
  }
}
