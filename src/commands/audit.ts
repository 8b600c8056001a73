import { styleText } from 'node:util';
import * as z from 'zod';
import { auditProject } from '../audit/audit.io.ts';
import { exceeds } from '../findings/fail-on.ts';
import { SEVERITIES, type Severity } from '../findings/finding.ts';
import { countOf } from '../findings/words.ts';
import { renderBrief } from '../run/report/brief.ts';
import { FORMATS, type Format, renderReport } from '../run/report/collect.io.ts';
import type { Report } from '../run/report/report.ts';
import { accept, warn } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { rootChoice } from './options.ts';
import { RUNNER_OPTIONS, readRunner, runnerSchema } from './run.ts';

const auditSchema = runnerSchema.extend({
  path: z.string().optional(),
  only: z.array(z.string()).default([]),
  failOn: z.enum(SEVERITIES).optional(),
  format: z.enum(FORMATS).optional(),
  allowUnchecked: z.boolean().default(false),
});

interface Data extends Report {
  dir: string;
  files: string[];
  interrupted: boolean;
  halted: string | null;
  shown: Format | 'brief';
}

export const command = defineCommand<z.infer<typeof auditSchema>, Data>({
  name: 'audit',
  example: 'sao audit . --fail-on major',
  arguments: [{ name: '[path]', description: 'audit this folder (default: .)' }],
  options: [
    {
      flags: '--only <names...>',
      description: 'run only these domains or checks, such as security or licences',
    },
    {
      flags: '--fail-on <severity>',
      description: 'exit with 1 if a finding has this severity or a higher one',
      choices: SEVERITIES,
    },
    {
      flags: '--allow-unchecked',
      description: 'skip in --fail-on what could not be checked',
    },
    {
      flags: '--format <name>',
      description: 'print the whole report in this format',
      choices: FORMATS,
    },
    ...RUNNER_OPTIONS,
  ],
  details: `Without --driver, runs built-in checks for a few seconds and asks no model. With --driver claude, agents audit the same domains.
Writes report.md, report.json, report.sarif and report.html into the run directory.
Exit codes: 0 no gap; 1 gaps, halted, findings at or above --fail-on, or with --fail-on a part that could not be checked, such as lock
files whose registry refuses to answer; 2 nothing to audit. Without --fail-on, parts that could not be checked are only listed.`,
  schema: auditSchema,
  async handler({ path = '.', only, failOn, format, allowUnchecked, runsDir, ...input }, context) {
    const drive = readRunner(input, context);
    if (!drive.ok) return drive;
    const choice = rootChoice({ runsDir }, context);
    const audited = await auditProject({ ...drive.value, path, only }, choice, context);
    if (!audited.ok) return audited;
    const { report, files, carried } = audited.value;
    const { dir, interrupted, halted } = carried;
    const isBad = failOn !== undefined && exceeds(report.counts.findings, failOn);
    const data: Data = { ...report, dir, files, interrupted, halted, shown: format ?? 'brief' };
    const isWhole = halted === null && report.gaps.length === 0;
    const isUnproved = failOn !== undefined && report.unchecked > 0 && !allowUnchecked;
    const diagnostics = [...audited.diagnostics, ...(isUnproved ? [noteUnproved(report.unchecked)] : [])];
    return accept({ data, exit: interrupted ? 130 : isBad || !isWhole || isUnproved ? 1 : 0 }, diagnostics);
  },
  render({ dir, files, shown, interrupted, halted, ...report }, { colour }) {
    if (shown !== 'brief') return renderReport(report, shown);
    const brief = renderBrief(report, { directory: dir, files });
    const text =
      interrupted || halted !== null ? `${brief}\nNot finished. To resume: sao run ${report.run}` : brief;
    return colour ? paint(text) : text;
  },
});

function noteUnproved(count: number) {
  const message = `${countOf(count, 'part')} could not be checked, so no finding does not mean no fault: see "Not checked" in the report`;
  const fix = 'remove the cause, or accept it with `--allow-unchecked`';
  return warn('audit-unchecked', message, { fix });
}

const INKS: Record<Severity, 'red' | 'yellow' | 'cyan'> = { critical: 'red', major: 'yellow', minor: 'cyan' };

/** Colours the severities that the engine wrote; never a word inside a title, which another program may have written. */
function paint(text: string): string {
  return text.replace(/^(\d+\. )\[(critical|major|minor)\]/gm, (_, number: string, severity: Severity) => {
    return `${number}${styleText(INKS[severity], `[${severity}]`, { validateStream: false })}`;
  });
}
