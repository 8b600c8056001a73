import { basename } from 'node:path';
import * as z from 'zod';
import { warnOfDamage } from '../run/ledger/store.io.ts';
import { rejectUnknown } from '../run/status/select.ts';
import { renderOpenTelemetry } from '../run/trace/open-telemetry.ts';
import { type RunTrace, traceRun } from '../run/trace/trace-run.io.ts';
import { renderTrace } from '../run/trace/trace-text.ts';
import { readPackageVersion } from '../system/package-root.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

const schema = z.object({
  run: z.string().optional(),
  agent: z.string().optional(),
  otel: z.boolean().default(false),
  ...runsDirOption,
});

export const command = defineCommand<z.infer<typeof schema>, RunTrace & { run: string; text: string }>({
  name: 'trace',
  example: 'sao trace 20260101-120000-0a1b2c3d a1',
  arguments: [ANY_RUN, { name: '[agent]', description: 'show the attempts of this agent only' }],
  options: [
    {
      flags: '--otel',
      description: 'print OpenTelemetry JSON lines of the ended attempts, for the receiver `otlpjsonfile`',
    },
  ],
  details:
    'Joins the ledger with the transcripts of the client, where they can be read: what ran when, how it ended, what it cost and which tools it called. Changes nothing.',
  schema,
  async handler({ run: given, agent, otel, runsDir }, context) {
    const found = findRun({ run: given, runsDir }, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    const run = basename(dir);
    const whole = traceRun(dir);
    const isOfAgent = (one: { agent?: string }) => agent === undefined || one.agent === agent;
    const trace = { attempts: whole.attempts.filter(isOfAgent), marks: whole.marks.filter(isOfAgent) };
    if (agent !== undefined && trace.attempts.length + trace.marks.length === 0)
      return rejectUnknown(run, [agent]);
    const text = otel
      ? renderOpenTelemetry(run, readPackageVersion(), trace).join('\n')
      : renderTrace(run, trace, context.now().getTime());
    return accept({ data: { run, ...trace, text } }, [...found.diagnostics, ...warnOfDamage(dir)]);
  },
  render: ({ text }) => text,
});
