import * as z from 'zod';
import { parseDuration } from '../run/ledger/duration.ts';
import { noteEmpty, renderVerification } from '../run/status/verification.ts';
import { openView } from '../run/status/view.io.ts';
import { waitUntil } from '../run/status/wait.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice, runsDirOption, wholeNumber } from './options.ts';

export const command = defineCommand({
  name: 'verify',
  example: 'sao verify 20260101-120000-0a1b2c3d --wave 1 --wait',
  arguments: [
    {
      name: '[run]',
      description:
        "name the run by id, unique prefix or path (default: the project's newest active run), or a folder that has workers/*.md",
    },
    { name: '[ids...]', description: 'check only these agents (default: all agents, coordinators too)' },
  ],
  options: [
    { flags: '--wave <n>', description: 'check only the agents of this wave' },
    { flags: '--wait', description: 'first wait until every agent is done or a gap, or you have to act' },
    {
      flags: '--timeout <duration>',
      description: 'with --wait: wait at most this long, such as 30s or 2h (default: 5m)',
    },
  ],
  details: `Changes nothing. A file is done if its last line is <!-- DONE --> (outside of a code fence, with text before it).
--wait also ends if no agent runs and you have to act: \`sao next\` prints the action.
Exit codes: 0 all done; 1 not all done; 2 an id or run does not exist.`,
  schema: z.object({
    run: z.string().optional(),
    ids: z.array(z.string()).default([]),
    wave: wholeNumber.optional(),
    wait: z.boolean().optional(),
    timeout: z.string().default('5m'),
    ...runsDirOption,
  }),
  async handler({ run, ids, wave, wait, timeout, runsDir }, context) {
    const timeoutMs = parseDuration(timeout, '--timeout');
    if (!timeoutMs.ok) return timeoutMs;
    const choice = rootChoice({ runsDir }, context);
    const view = openView(run, { ids, wave }, choice, context.now);
    if (!view.ok) return view;
    const { folders, isWaitOver, verify } = view.value;
    const end = wait
      ? await waitUntil({
          folders,
          isOver: isWaitOver,
          timeoutMs: timeoutMs.value,
          onInterrupt: context.onInterrupt,
        })
      : 'over';
    const data = verify(context.isJson ? 'counts' : 'verdicts');
    const exit = end === 'interrupted' ? 130 : data.complete ? 0 : 1;
    return accept({ data, exit }, [...view.diagnostics, ...noteEmpty(data)]);
  },
  render: renderVerification,
});
