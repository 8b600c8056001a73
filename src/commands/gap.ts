import { basename } from 'node:path';
import * as z from 'zod';
import { decideGaps } from '../run/dispatch/abandon.ts';
import { decideUnderLock } from '../run/dispatch/snapshot.io.ts';
import { appendEvents } from '../run/ledger/store.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { findRun, ONE_RUN, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'gap',
  example: "sao gap 20260101-120000-0a1b2c3d a1 --reason 'the folder was removed'",
  arguments: [ONE_RUN, { name: '<ids...>', description: 'name agents that are neither done nor running' }],
  options: [{ flags: '--reason <text>', description: 'give the reason in one line; later reports print it' }],
  details: `An agent stays a gap even if it writes a valid file later; \`sao retry\` undoes this.
A running agent is refused until its timeout, because it may still finish.`,
  schema: z.object({
    run: z.string(),
    ids: z.array(z.string()),
    reason: z.string({ error: 'is missing: every gap needs a reason' }),
    ...runsDirOption,
  }),
  async handler({ run, ids, reason, runsDir }, context) {
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    const now = context.now();
    return decideUnderLock(dir, now, (snapshot) => {
      const events = decideGaps(snapshot, ids, reason);
      if (!events.ok) return events;
      appendEvents(dir, events.value, now);
      const gaps = events.value.map((event) => ({ id: event.agent, reason: event.reason }));
      return accept({ data: { run: basename(dir), gaps } });
    });
  },
  render: ({ run, gaps }) => [...gaps.map(({ id }) => `${id}: a gap`), `next: sao next ${run}`].join('\n'),
});
