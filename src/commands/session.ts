import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { listActiveRuns } from '../run/ledger/locate.io.ts';
import { openRunRoots } from '../run/ledger/roots.io.ts';
import { sessionOf } from '../run/ledger/sessions.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';

const MAX_SHOWN_RUNS = 3;

/** The slash command runs this while it loads, so that nothing unfinished is forgotten. */
export const command = defineCommand({
  name: 'session',
  example: 'sao session --json',
  arguments: [],
  options: [],
  schema: z.object({ runsDir: z.string().optional() }),
  async handler({ runsDir }, { env, cwd }) {
    const roots = openRunRoots({ flag: runsDir, env, cwd });
    if (!roots.ok) return roots;
    const session = sessionOf(env);
    const active = listActiveRuns(roots.value.all, cwd);
    if (!active.ok) return active;
    const unfinished = active.value.map(({ run, task }) => ({ run, task }));
    return accept({ data: { session: session ?? null, unfinished } });
  },
  render({ unfinished }) {
    const shown = unfinished
      .slice(0, MAX_SHOWN_RUNS)
      .map(
        ({ run, task }) => `Unfinished here: ${run} (${plainText(task, 80)}). To resume: \`sao next ${run}\``,
      );
    return shown.length > 0 ? shown.join('\n') : 'No unfinished run.';
  },
});
