import * as z from 'zod';
import { SEVERITIES } from '../findings/finding.ts';
import { FORMATS } from '../run/report/collect.io.ts';
import type { Option } from './command.ts';
import { RUNNER_OPTIONS, runnerSchema } from './run.ts';

/** An option with an optional value: absent, given alone, or given with a value. */
const optionalValue = z.union([z.string(), z.literal(true)]).optional();

export const auditSchema = runnerSchema.extend({
  path: z.string().optional(),
  only: z.array(z.string()).default([]),
  skip: z.array(z.string()).default([]),
  tools: z.array(z.string()).optional(),
  listTools: z.boolean().default(false),
  projectCode: z.boolean().default(false),
  failOn: z.enum(SEVERITIES).optional(),
  allowUnchecked: z.boolean().default(false),
  baseline: z.string().min(1).optional(),
  baselineCommit: z.string().min(1).optional(),
  writeBaseline: optionalValue,
  changed: optionalValue,
  changedLines: optionalValue,
  showSuppressed: z.boolean().default(false),
  format: z.enum(FORMATS).optional(),
  output: z.string().min(1).optional(),
  quiet: z.boolean().default(false),
});

export type AuditInput = z.infer<typeof auditSchema>;

export const AUDIT_OPTIONS: readonly Option[] = [
  {
    flags: '--only <names...>',
    description:
      'run only these domains, checks or tools, such as security, licences or bandit; commas separate names, too',
  },
  { flags: '--skip <names...>', description: 'skip these domains, checks or tools' },
  {
    flags: '--tools <names...>',
    description: 'start these security tools, or none, or auto: all that are installed (default: auto)',
  },
  {
    flags: '--list-tools',
    description: 'show the security tools, and which of them are installed; audit nothing',
  },
  {
    flags: '--project-code',
    description:
      "also start tools that run code of the project: ESLint with the project's configuration and plugins",
  },
  {
    flags: '--fail-on <severity>',
    description: 'exit with 1 if a new finding has this severity or a higher one',
    choices: SEVERITIES,
  },
  {
    flags: '--allow-unchecked',
    description: 'allow parts that could not be checked: with --fail-on they do not fail the call',
  },
  {
    flags: '--baseline <file>',
    description: 'read known findings from this file: only new ones are counted and fail the call',
  },
  {
    flags: '--baseline-commit <rev>',
    description: 'audit this commit, too, and count its findings as known',
  },
  {
    flags: '--write-baseline [file]',
    description: 'write all findings into this file (default: .orchestration/audit-baseline.json)',
  },
  {
    flags: '--changed [base]',
    description:
      'show only findings in files that differ from this revision (default: HEAD), new files included',
  },
  {
    flags: '--changed-lines [base]',
    description: 'show only findings on lines that differ from this revision',
  },
  { flags: '--show-suppressed', description: 'also show the findings that a mark in the code suppresses' },
  { flags: '--format <name>', description: 'print the whole report in this format', choices: FORMATS },
  {
    flags: '--output <file>',
    description: 'write the report into this file; its ending (.sarif, .json, .html, .md) chooses the format',
  },
  { flags: '--quiet', description: 'print nothing but errors' },
  ...RUNNER_OPTIONS,
];

export const AUDIT_DETAILS = `Without --driver, runs built-in checks and the installed security tools, and asks no model. With --driver claude, agents audit the same domains.
A tool's program comes from your PATH. One that would run code of the project (its node_modules, configuration or plugins) needs --project-code.
Settings of the project are in .orchestration/config.json under audit (docs/config.schema.json); what they leave out is counted in every report.
Writes report.md, report.json, report.sarif and report.html into the run directory.
Exit codes: 0 no finding at or above --fail-on, and all agents are done; 1 such findings, gaps, halted, or with --fail-on a part that could
not be checked, such as lock files whose registry refuses to answer, or a tool that failed; 2 wrong input: a path, name, revision, baseline or
configuration that is missing or broken, or nothing to audit; 3 the folder or its repository cannot be read, or the output cannot be written;
130 interrupted. Without --fail-on, parts that could not be checked are only listed.`;
