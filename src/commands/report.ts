import * as z from 'zod';
import { decideUnderLock } from '../dispatch/snapshot.io.ts';
import { refuse } from '../dispatch/wording.ts';
import { FORMATS, type Format, renderReport } from '../report/collect.io.ts';
import { exceeds } from '../report/fail-on.ts';
import { SEVERITIES } from '../report/finding.ts';
import { finishRun } from '../report/finish.io.ts';
import { renderBrief } from '../report/formats/brief.ts';
import type { Report } from '../report/report.ts';
import { accept, reject, warn } from '../result.ts';
import { defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

interface Data extends Report {
  dir: string;
  files: string[];
  shown: Format | 'brief';
}

interface Input {
  run?: string | undefined;
  format?: Format | undefined;
  brief?: boolean | undefined;
  failOn?: (typeof SEVERITIES)[number] | undefined;
  runsDir?: string | undefined;
}

export const command = defineCommand<Input, Data>({
  name: 'report',
  summary: 'Write and print the report of a run.',
  arguments: [ANY_RUN],
  options: [
    {
      flags: '--format <name>',
      description: 'what to print: md, json, sarif or html (md)',
      choices: FORMATS,
    },
    { flags: '--brief', description: 'print the counts, the gaps and the ten worst findings' },
    {
      flags: '--fail-on <severity>',
      description: 'exit 1 when a finding is this bad or worse',
      choices: SEVERITIES,
    },
  ],
  details:
    'report.md, report.json, report.sarif and report.html are written into the run directory each time.',
  schema: z.object({
    run: z.string().optional(),
    format: z.enum(FORMATS).optional(),
    brief: z.boolean().optional(),
    failOn: z.enum(SEVERITIES).optional(),
    ...runsDirOption,
  }),
  async handler({ run, format, brief, failOn, runsDir }, context) {
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    const now = context.now();
    return decideUnderLock(dir, now, (snapshot) => {
      const { plan, manifest } = snapshot;
      if (!plan)
        return reject({
          code: 'run-without-plan',
          message: refuse.noPlan(manifest.id),
          target: manifest.id,
          fix: `sao plan ${manifest.id} -`,
        });
      const { report, files, open } = finishRun(snapshot, now);
      const diagnostics =
        open === 0
          ? []
          : [
              warn('run-not-finished', `${open} agents have not ended: the report is of what is there`, {
                fix: `sao next ${manifest.id}`,
              }),
            ];
      const exit = failOn !== undefined && exceeds(report.counts.findings, failOn) ? 1 : 0;
      return accept({
        data: { ...report, dir, files, shown: brief ? 'brief' : (format ?? 'md') },
        exit,
        diagnostics,
      } as const);
    });
  },
  render: ({ dir, files, shown, ...report }) =>
    shown === 'brief' ? renderBrief(report, { directory: dir, files }) : renderReport(report, shown),
});
