import * as z from 'zod';
import { exceeds } from '../findings/fail-on.ts';
import { SEVERITIES } from '../findings/finding.ts';
import { countOf } from '../findings/words.ts';
import { formatStages } from '../pipeline/drive/progress-text.ts';
import { type BuildReport, renderBuildReport } from '../pipeline/machine/report.ts';
import type { BuildView } from '../pipeline/machine/step.ts';
import { readBuildView } from '../pipeline/machine/view.io.ts';
import { writeBuildReport } from '../pipeline/stages/write-report.io.ts';
import { decideUnderLock } from '../run/dispatch/snapshot.io.ts';
import type { Snapshot } from '../run/dispatch/standing.ts';
import { rejectNoPlan } from '../run/dispatch/wording.ts';
import { renderBrief } from '../run/report/brief.ts';
import { FORMATS, type Format, renderReport } from '../run/report/collect.io.ts';
import { finishRun } from '../run/report/finish.io.ts';
import type { Report } from '../run/report/report.ts';
import { accept, type Result, reject, warn } from '../system/result.ts';
import { type Answer, defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

interface AuditData extends Report {
  dir: string;
  files: string[];
  shown: Format | 'brief';
}

interface BuildData extends BuildReport {
  dir: string;
  files: string[];
  shown: Format | 'brief';
}

type Data = AuditData | BuildData;

interface Input {
  run?: string | undefined;
  format?: Format | undefined;
  brief?: boolean | undefined;
  failOn?: (typeof SEVERITIES)[number] | undefined;
  runsDir?: string | undefined;
}

export const command = defineCommand<Input, Data>({
  name: 'report',
  example: 'sao report --format md --fail-on major',
  arguments: [ANY_RUN],
  options: [
    {
      flags: '--format <name>',
      description: 'print this format (default: md)',
      choices: FORMATS,
    },
    { flags: '--brief', description: 'print the counts, the gaps and the ten worst findings' },
    {
      flags: '--fail-on <severity>',
      description: 'exit with 1 if a finding has this severity or a higher one',
      choices: SEVERITIES,
    },
  ],
  details:
    'Writes report.md, report.json, report.sarif and report.html into the run directory. For a build, writes report.md and report.json, with its stages, modules, shipped work and backlog.',
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
    const shown = brief ? 'brief' : (format ?? 'md');
    return decideUnderLock(dir, now, (snapshot) => {
      const { mode } = snapshot.manifest;
      const order = { shown, failOn } as const;
      return mode === 'build'
        ? reportBuild(readBuildView(snapshot), order)
        : reportAudit(snapshot, order, now);
    });
  },
  render: (data) => ('stages' in data ? renderBuild(data) : renderAudit(data)),
});

interface Order extends Pick<Input, 'failOn'> {
  shown: Data['shown'];
}

function reportAudit(snapshot: Snapshot, { shown, failOn }: Order, now: Date): Result<Answer<Data>> {
  const { plan, manifest, dir } = snapshot;
  if (!plan) return rejectNoPlan(manifest.id);
  const { report, files, open } = finishRun(snapshot, now);
  const message = `${open} agents have not ended: the report covers only the finished agents`;
  const fix = `sao next ${manifest.id}`;
  const diagnostics = open === 0 ? [] : [warn('run-not-finished', message, { fix })];
  const exit = failOn !== undefined && exceeds(report.counts.findings, failOn) ? 1 : 0;
  return accept({ data: { ...report, dir, files, shown }, exit, diagnostics });
}

function renderAudit({ dir, files, shown, ...report }: AuditData): string {
  return shown === 'brief' ? renderBrief(report, { directory: dir, files }) : renderReport(report, shown);
}

function renderBuild({ dir, files, shown, ...report }: BuildData): string {
  if (shown === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (shown !== 'brief') return renderBuildReport(report);
  const left = countOf(report.backlog.findings.length, 'finding');
  return [...formatStages(report.stages), `${left} left for later: ${dir}/${files[0] ?? ''}`].join('\n');
}

/** Writes the report of a build, which covers stages and modules. The audit inside the build is a run with its own report, in every format. */
function reportBuild(view: BuildView, { shown, failOn }: Order): Result<Answer<Data>> {
  const { manifest, dir } = view.snapshot;
  if (shown === 'sarif' || shown === 'html')
    return reject({
      code: 'report-format-of-a-build',
      message: `the report of a build cannot be printed as ${shown}: only an audit has this format`,
      target: '--format',
      fix: `sao report ${view.snapshot.state.build.harden.child ?? '<the audit’s run>'} --format ${shown}`,
    });
  const { report, files } = writeBuildReport(view);
  const fix = `sao next ${manifest.id}`;
  const diagnostics = report.complete
    ? []
    : [
        warn('run-not-finished', 'the build has not ended: the report covers only the finished work', {
          fix,
        }),
      ];
  const exit = failOn !== undefined && exceeds(report.backlog.counts, failOn) ? 1 : 0;
  return accept({ data: { ...report, dir, files, shown }, exit, diagnostics });
}
