import * as z from 'zod';
import { moveToAttempts } from '../run/dispatch/begin-attempt.io.ts';
import { decideRegrant, type Grant, grantEvents } from '../run/dispatch/regrant.ts';
import { decideUnderLock } from '../run/dispatch/snapshot.io.ts';
import { type Snapshot, stateOf } from '../run/dispatch/standing.ts';
import { appendEvents } from '../run/ledger/store.io.ts';
import { accept, type Result } from '../system/result.ts';
import { type Answer, defineCommand } from './command.ts';
import { findRun, ONE_RUN, runsDirOption } from './options.ts';

interface Granted extends Grant {
  /** Where the file of the attempt before is kept, relative to the run directory. */
  kept: string | null;
}

interface Retry {
  run: string;
  agents: Granted[];
}

export const command = defineCommand<
  { run: string; ids: string[]; force?: boolean | undefined; runsDir?: string | undefined },
  Retry
>({
  name: 'retry',
  example: 'sao retry 20260101-120000-0a1b2c3d a1 a2',
  arguments: [
    ONE_RUN,
    { name: '<ids...>', description: 'name agents that are gaps or failed; with --force also done ones' },
  ],
  options: [
    { flags: '--force', description: 'also repeat agents that are done; keep their files in attempts/' },
  ],
  details: `Also repeats finished coordinators that read one of these agents, and keeps their files in attempts/.
Changes nothing if one of the agents is unknown, running or not started.`,
  schema: z.object({
    run: z.string(),
    ids: z.array(z.string()),
    force: z.boolean().optional(),
    ...runsDirOption,
  }),
  async handler({ run, ids, force, runsDir }, context) {
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return found;
    const now = context.now();
    return decideUnderLock(found.value.dir, now, (snapshot) => regrant(snapshot, ids, force === true, now));
  },
  render: ({ run, agents }) => [...agents.map(describe), `next: sao next ${run}`].join('\n'),
});

function regrant(snapshot: Snapshot, ids: string[], force: boolean, now: Date): Result<Answer<Retry>> {
  const grants = decideRegrant(snapshot, ids, force);
  if (!grants.ok) return grants;
  // Move the files before appending: after a crash in between, an agent without a file is repeated, but an outdated synthesis would not be.
  const agents = grants.value.map((grant) => ({
    ...grant,
    kept: grant.setAside ? putAside(snapshot, grant.id) : null,
  }));
  appendEvents(snapshot.dir, grantEvents(grants.value), now);
  return accept({ data: { run: snapshot.manifest.id, agents } });
}

function putAside(snapshot: Snapshot, id: string): string | null {
  const agent = snapshot.plan?.agents.find((candidate) => candidate.id === id);
  return agent ? moveToAttempts(snapshot.dir, agent, stateOf(snapshot, id).attempts) : null;
}

const OUTCOMES: Record<Grant['outcome'], string> = {
  retry: 'one more attempt',
  further: 'a further agent is added, whose prompt contains the fault',
  open: 'already has an attempt left',
  restored: 'counts as done again: its file is valid',
  redo: 'is repeated: it read one of these agents',
};

function describe({ id, outcome, kept }: Granted): string {
  return `${id}: ${OUTCOMES[outcome]}${kept === null ? '' : `; its file is kept as ${kept}`}`;
}
