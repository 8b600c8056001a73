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
  summary: 'Check which outputs are done; exit 1 if any output is not.',
  example: 'sao verify 20260101-120000-0a1b2c3d --wave 1 --wait',
  arguments: [
    {
      name: '[run]',
      description:
        'id, unique prefix or path of a run (the newest active one), or any folder with workers/*.md in it',
    },
    { name: '[ids...]', description: 'only these agents; without ids and --wave all, coordinators too' },
  ],
  options: [
    { flags: '--wave <n>', description: 'only the agents of this wave' },
    { flags: '--wait', description: 'first wait until they are done, are gaps, or wait for you' },
    { flags: '--timeout <duration>', description: 'how long to wait: 30s, 5m, 2h (5m)' },
  ],
  details: `Reads only. A file is done when its last line is <!-- DONE --> (outside of a code fence, with text before it).
--wait also ends where nothing runs any more and the next step is the caller's: \`sao next\` says which.
Exit codes: 0 all done; 1 not all done; 2 an id or run that is not there.`,
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
