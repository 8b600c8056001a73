import { join, resolve } from 'node:path';
import { accept, type Result, reject } from '../../system/result.ts';
import { previewSnapshot } from '../dispatch/snapshot.io.ts';
import { stateOf, verdictOf } from '../dispatch/standing.ts';
import { isWaitOver } from '../dispatch/wait-over.ts';
import { rejectNoPlan } from '../dispatch/wording.ts';
import { isRunDir, locateRun } from '../ledger/locate.io.ts';
import type { RootChoice } from '../ledger/roots.io.ts';
import { isOutputFolder, openFolder } from './folder.io.ts';
import { type Selection, selectAgents } from './select.ts';
import { type Detail, describeCheck, summarizeChecks, type Verification } from './verification.ts';

/** Outputs that can be checked repeatedly. Nothing is written. */
export interface OutputView {
  /** Folders in which a change can end a wait. */
  folders: string[];
  isWaitOver(): boolean;
  /** `verdicts` alone is several times as fast as words and findings with them. */
  verify(detail: Detail): Verification;
}

/** Opens the argument `[run]`: a run by id, prefix or path, by default the newest, or a folder that another program filled. */
export function openView(
  given: string | undefined,
  selection: Selection,
  choice: RootChoice,
  now: () => Date,
): Result<OutputView> {
  const path = resolve(choice.cwd, given ?? '.');
  // A path needs no runs root: in a CI job there may be none.
  if (given?.includes('/') && !isRunDir(path) && isOutputFolder(path)) return openFolderView(path, selection);
  const found = locateRun(given, choice);
  if (found.ok) {
    return isRunDir(found.value.dir)
      ? openRunView(found.value.dir, selection, now)
      : openFolderView(found.value.dir, selection);
  }
  return given !== undefined && isOutputFolder(path) ? openFolderView(path, selection) : found;
}

function openRunView(dir: string, selection: Selection, now: () => Date): Result<OutputView> {
  const { manifest, plan } = previewSnapshot(dir, now());
  const { id } = manifest;
  if (!plan) return rejectNoPlan(id);
  const selected = selectAgents(id, plan, selection);
  if (!selected.ok) return selected;
  return accept({
    // The ledger and run.lock lie in the run directory itself.
    folders: [dir, join(dir, 'workers'), join(dir, 'synthesis')],
    isWaitOver: () => isWaitOver(previewSnapshot(dir, now()), selected.value),
    verify(detail) {
      const snapshot = previewSnapshot(dir, now());
      const checks = selected.value.map((agent) => {
        const { running, attempts } = stateOf(snapshot, agent.id);
        const place = {
          id: agent.id,
          path: join(dir, agent.output),
          attempt: running?.attempt ?? attempts,
        };
        const status = verdictOf(snapshot, agent.id);
        // Only the check says why a file is incomplete.
        return detail === 'verdicts' && status !== 'incomplete'
          ? { ...place, status }
          : describeCheck(place, snapshot.inspect(agent.id));
      });
      return summarizeChecks(id, checks);
    },
  });
}

function openFolderView(dir: string, { ids, wave }: Selection): Result<OutputView> {
  if (wave !== undefined) {
    return reject({
      code: 'usage',
      message: `${dir} is no run of sao: it has no waves`,
      target: '--wave',
      fix: 'leave out --wave, or name the ids',
    });
  }
  const folder = openFolder(dir, ids);
  if (!folder.ok) return folder;
  return accept({
    folders: [join(dir, 'workers')],
    isWaitOver: folder.value.isSettled,
    verify: (detail) => summarizeChecks(dir, folder.value.check(detail)),
  });
}
