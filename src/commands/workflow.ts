import * as z from 'zod';
import { takeSnapshot } from '../dispatch/snapshot.io.ts';
import { isSettled, standingOf } from '../dispatch/standing.ts';
import { rejectNoPlan } from '../dispatch/wording.ts';
import { accept } from '../result.ts';
import { writeWorkflow } from '../workflow/write.io.ts';
import { defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'workflow',
  summary: 'Compile what is left of a run into a native Workflow script.',
  arguments: [ANY_RUN],
  options: [],
  details:
    '`sao next` does the same by itself where the session carries the run out as a workflow. Nothing is started.',
  schema: z.object({ run: z.string().optional(), ...runsDirOption }),
  async handler(input, context) {
    const found = findRun(input, context);
    if (!found.ok) return found;
    const snapshot = takeSnapshot(found.value.dir, context.now());
    const { manifest, plan } = snapshot;
    if (!plan) return rejectNoPlan(manifest.id);
    const open = plan.agents.filter((agent) => !isSettled(standingOf(snapshot, agent))).length;
    const scriptPath = writeWorkflow(snapshot, plan);
    return accept({ data: { run: manifest.id, scriptPath, agents: open } }, found.diagnostics);
  },
  render: ({ scriptPath, agents }) => `${agents} agents left\nscriptPath: ${scriptPath}`,
});
