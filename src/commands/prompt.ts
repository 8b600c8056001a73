import * as z from 'zod';
import { beginAttempt } from '../run/dispatch/begin-attempt.io.ts';
import { promptFor } from '../run/dispatch/prompt.io.ts';
import { decideUnderLock } from '../run/dispatch/snapshot.io.ts';
import { type Snapshot, standingOf, stateOf } from '../run/dispatch/standing.ts';
import { admissionErrors, regrantErrors, rejectChangedPlan } from '../run/dispatch/wording.ts';
import { isName } from '../run/ledger/names.ts';
import { sessionOf } from '../run/ledger/sessions.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { findRun, ONE_RUN, runsDirOption } from './options.ts';

interface Prompt {
  run: string;
  id: string;
  attempt: number;
  prompt: string;
}

export const command = defineCommand<
  { run: string; id: string; start?: boolean | undefined; runsDir?: string | undefined },
  Prompt
>({
  name: 'prompt',
  example: 'sao prompt 20260101-120000-0a1b2c3d a1',
  arguments: [ONE_RUN, { name: '<id>', description: 'name the agent' }],
  options: [
    {
      flags: '--start',
      description: 'record that the agent starts (for clients without hooks)',
    },
  ],
  schema: z.object({
    run: z.string(),
    id: z.string(),
    start: z.boolean().optional(),
    ...runsDirOption,
  }),
  async handler({ run, id, start, runsDir }, context) {
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return found;
    return decideUnderLock(found.value.dir, context.now(), (snapshot) =>
      answer(snapshot, id, start === true, context),
    );
  },
  render: ({ prompt }) => prompt,
});

function answer(snapshot: Snapshot, id: string, start: boolean, context: Context): Result<Answer<Prompt>> {
  const { plan, manifest } = snapshot;
  const agent = plan?.agents.find((candidate) => candidate.id === id);
  if (!plan) return refused(admissionErrors.noPlan(manifest.id), id);
  if (snapshot.planChanged) return rejectChangedPlan(manifest.id, manifest.mode);
  if (!agent)
    return refused(
      isName(id) ? admissionErrors.unknown(manifest.id, id) : regrantErrors.noId(id),
      id,
      'agent-unknown',
    );
  if (agent.kind === 'command') return refused(admissionErrors.command(manifest.id, id), id);
  const state = stateOf(snapshot, id);
  // A hook has recorded this attempt already: the agent only fetches what it was given.
  if (!start || standingOf(snapshot, agent) === 'running') {
    const attempt = state.running?.attempt ?? state.attempts + 1;
    return accept({
      data: { run: manifest.id, id, attempt, prompt: promptFor(snapshot, plan, agent, attempt) },
    });
  }
  const session = sessionOf(context.env);
  const begun = beginAttempt(
    snapshot,
    id,
    { driver: 'agent', via: 'prompt', ...(session ? { session } : {}) },
    context.now(),
  );
  if (!begun.ok) return refused(begun.reason, id);
  return accept({ data: { run: manifest.id, id, attempt: begun.attempt, prompt: begun.prompt } });
}

function refused(reason: string, id: string, code = 'agent-not-admitted') {
  return reject({
    code,
    message: reason,
    target: id,
    fix: 'run `sao next` and do the printed action',
  });
}
