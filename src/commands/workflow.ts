import * as z from 'zod';
import { readSnapshot } from '../run/dispatch/snapshot.io.ts';
import { isSettled, standingOf } from '../run/dispatch/standing.ts';
import { rejectChangedPlan, rejectNoPlan, rejectUnconfirmed } from '../run/dispatch/wording.ts';
import { writeWorkflow } from '../session/workflow/write.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'workflow',
  example: 'sao workflow 20260101-120000-0a1b2c3d',
  arguments: [ANY_RUN],
  options: [],
  details:
    'Starts nothing. `sao next` compiles the script by itself if the session runs its agents as a workflow.',
  schema: z.object({ run: z.string().optional(), ...runsDirOption }),
  async handler(input, context) {
    const found = findRun(input, context);
    if (!found.ok) return found;
    const snapshot = readSnapshot(found.value.dir, context.now());
    const { manifest, plan, state } = snapshot;
    if (!plan) return rejectNoPlan(manifest.id);
    if (!state.confirmed) return rejectUnconfirmed(manifest.id, state.dispatchedAny);
    if (snapshot.planChanged) return rejectChangedPlan(manifest.id, manifest.mode);
    const open = plan.agents.filter((agent) => !isSettled(standingOf(snapshot, agent))).length;
    const scriptPath = writeWorkflow(snapshot, plan);
    return accept({ data: { run: manifest.id, scriptPath, agents: open } }, found.diagnostics);
  },
  render: ({ scriptPath, agents }) => `${agents} agents left\nscriptPath: ${scriptPath}`,
});
