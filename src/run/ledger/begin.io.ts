import { dirname, join } from 'node:path';
import { hasControlCharacters } from '../../findings/control-characters.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { clientLimit } from './client-limit.ts';
import { createRun } from './create-run.io.ts';
import { buildSessionSeenEvent } from './events.ts';
import { markersOf } from './locate.io.ts';
import { DEFAULT_LIMITS, type Driver, type Manifest } from './manifest.ts';
import { findProject } from './project.io.ts';
import {
  type BuildsRoot,
  openBuildsRoot,
  openMarkersRoot,
  openRunsRoot,
  type RootChoice,
} from './roots.io.ts';
import { newRunId } from './run-id.ts';
import { bindSession, sessionOf } from './sessions.io.ts';
import { appendEvents } from './store.io.ts';

export interface RunRequest {
  task: string;
  project?: string | undefined;
  driver?: Driver | undefined;
  mode?: Manifest['mode'] | undefined;
  /** The remote that a build is pushed to instead of being merged. */
  deliverTo?: string | undefined;
  /** The branch to push there; `sao/{id}` by default. */
  deliverAs?: string | undefined;
  /** The id of a run whose directory is lost, so that its ledger is made anew. Default: a new run. */
  id?: string | undefined;
  /** The directory of the run that this one belongs to: it is created in the same folder. */
  beside?: string | undefined;
}

/** A run that is prepared but not yet on disk, so that a refused plan leaves no empty run. */
export interface PreparedRun {
  manifest: Manifest;
  root: string;
  /** The folder that tells which sessions have a run. */
  markers: string;
}

/** Prepares the manifest of a new run; the default mode is an audit. */
export function prepareRun(request: RunRequest, choice: RootChoice, now: Date): Result<PreparedRun> {
  const place = placeRun(request, choice);
  if (!place.ok) return place;
  const project = findProject(choice.cwd, request.project);
  if (!project.ok) return project;
  const limit = clientLimit(choice.env);
  if (!limit.ok) return limit;
  const manifest: Manifest = {
    version: 1,
    id: request.id ?? newRunId(now),
    mode: request.mode ?? 'audit',
    task: request.task,
    project: project.value,
    created: now.toISOString(),
    driver: request.driver ?? null,
    limits: { ...DEFAULT_LIMITS, total: limit.value },
  };
  const { root, markers, trees } = place.value;
  if (trees !== undefined) manifest.trees = join(trees, manifest.id, 'builds');
  if (request.id !== undefined) manifest.adopting = true;
  if (request.deliverTo !== undefined)
    manifest.delivery = { remote: request.deliverTo, branch: request.deliverAs ?? `sao/${manifest.id}` };
  return accept({ manifest, root, markers }, place.diagnostics);
}

function placeRun({ mode, beside }: RunRequest, choice: RootChoice): Result<BuildsRoot> {
  if (beside !== undefined) return accept({ root: dirname(beside), markers: markersOf(beside, choice) });
  if (mode === 'build' || mode === 'task') return openBuildsRoot(choice);
  const root = openRunsRoot(choice);
  if (!root.ok) return root;
  return accept({ root: root.value, markers: openMarkersRoot(root.value, choice) }, root.diagnostics);
}

/** Creates the run and, inside a session, binds the session to it. Returns the run directory. */
export function makeRun({ manifest, root, markers }: PreparedRun, env: RootChoice['env'], now: Date): string {
  const dir = createRun(root, manifest, now);
  const session = sessionOf(env);
  if (session === undefined) return dir;
  bindSession(markers, session, dir);
  appendEvents(dir, [buildSessionSeenEvent(session)], now);
  return dir;
}

export function beginRun(
  request: RunRequest,
  choice: RootChoice,
  now: Date,
): Result<{ run: string; dir: string }> {
  const prepared = prepareRun(request, choice, now);
  if (!prepared.ok) return prepared;
  const dir = makeRun(prepared.value, choice.env, now);
  return accept({ run: prepared.value.manifest.id, dir }, prepared.diagnostics);
}

/** The task of a run without a given task. */
export const UNNAMED_TASK = 'Work that the plan describes';

/** Checks a task from the user: one to 8,000 characters, no control characters. */
export function checkTask(task: string): Result<string> {
  if (task.trim() !== '' && task.length <= 8000 && !hasControlCharacters(task)) return accept(task);
  return reject({
    code: 'task-wrong',
    message: 'a task is 1 to 8,000 characters without control characters',
    target: '--task',
    fix: 'shorten or clean the text; details belong into the plan',
  });
}
