import { join } from 'node:path';
import { findRunDir } from '../run/ledger/locate.io.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import { watchFolders } from '../system/files/watch.ts';
import { ExpectedError, reject } from '../system/result.ts';
import type { ChannelSource } from './channel.io.ts';
import { cutView, type Parts } from './parts.ts';
import { readQueueDetails } from './read-queue.io.ts';
import { RunReader } from './read-run.io.ts';
import { RunsReader } from './read-runs.io.ts';

/** What the dashboard reads from. */
export interface DashboardPlace {
  choice: RootChoice;
  /** Folders with runs. */
  roots: readonly string[];
  project: string;
  now(): Date;
}

const unnamed = (): string => '';

/** One run as a source of a channel. */
export function openRunSource(run: string, { choice, now }: DashboardPlace): ChannelSource {
  const dir = requireRunDir(run, choice);
  const reader = new RunReader(dir, choice.env);
  return {
    watch: () => watchFolders([dir, join(dir, 'workers'), join(dir, 'synthesis')]),
    read: () => ({ ...cutView(reader.read(now())), now: Math.floor(now().getTime() / 1000) * 1000 }),
    identify: (sent) => reader.identify(sent),
  };
}

/** The list of runs as a source. */
export function openRunsSource({ roots, project, now }: DashboardPlace): ChannelSource {
  const reader = new RunsReader(roots, project);
  return {
    watch: () => watchFolders(roots),
    read: (): Parts => {
      const { runs, ...others } = reader.read(now());
      return { ...others, ...Object.fromEntries(runs.map((run) => [`runs/${run.id}`, run])) };
    },
    identify: unnamed,
  };
}

/** All queues of this machine as a source. */
export function openQueueSource({ choice, now }: DashboardPlace): ChannelSource {
  return {
    watch: () => watchFolders([]),
    read: async (): Promise<Parts> => ({
      queues: await readQueueDetails(choice.env),
      now: Math.floor(now().getTime() / 1000) * 1000,
    }),
    identify: unnamed,
  };
}

/** Finds a run by its id. Throws an ExpectedError if it is not there, or no longer. */
export function requireRunDir(run: string, choice: RootChoice): string {
  const dir = findRunDir(run, choice);
  if (dir !== undefined) return dir;
  throw new ExpectedError(
    reject({
      code: 'run-unknown',
      message: `there is no run ${run}, or it was removed`,
      target: run,
      fix: 'run `sao list`',
    }),
  );
}
