import { statSync } from 'node:fs';
import * as z from 'zod';
import { parseCommand } from '../../system/command-line.ts';
import { readBoundedText } from '../../system/files/bounded.ts';
import { accept, type Result, reject } from '../../system/result.ts';
import { describeSchemaIssue } from '../../system/schema-issue.ts';
import { DEFAULT_PROJECT_CONFIG, type ProjectConfig, projectConfigPath } from './project-config.ts';
import { AUDIT_SETTINGS, BUILD_SETTINGS, WORKTREE_SETTINGS } from './settings.ts';

const { contextBudget, timeouts } = DEFAULT_PROJECT_CONFIG;
/** In seconds: one second to one day. */
const timeout = z.int().min(1).max(86_400);

/** An object with a timeout for each of these roles; a missing one has its default. */
function timeoutsSchema<Role extends string>(defaults: Readonly<Record<Role, number>>) {
  const entries = Object.entries<number>(defaults).map(([role, seconds]) => [role, timeout.default(seconds)]);
  return z
    .strictObject(Object.fromEntries(entries) as Record<Role, z.ZodDefault<typeof timeout>>)
    .prefault({} as never);
}

/** A command that is started without a shell: a human approves no command that could not run. */
const plainCommand = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .superRefine((command, { addIssue }) => {
    const [fault] = parseCommand(command, '').diagnostics;
    if (fault) addIssue({ code: 'custom', message: `${fault.message.slice(2)}: ${fault.fix}` });
  });

const INSIDE = { error: 'must be a relative path inside the project' };

function isInsideGlob(glob: string): boolean {
  const parts = glob.split('/');
  return !glob.startsWith('/') && !glob.startsWith(':') && !parts.includes('..') && parts[0] !== '.git';
}

const severity = z.enum(['critical', 'major', 'minor']);
const names = z.array(z.string().min(1).max(200)).max(200);
const glob = z.string().min(1).max(500).refine(isInsideGlob, INSIDE);

/** Settings for `sao audit`. */
const auditSchema = z
  .strictObject({
    rules: z
      .record(z.string().min(1).max(200), z.union([z.literal('off'), severity]))
      .default({})
      .describe(
        'Rules that are off or have another severity, such as {"unpinned-action": "off", "bandit/B602": "critical", "ruff/*": "off"}.',
      ),
    exclude: z
      .array(glob)
      .max(1000)
      .default([])
      .describe('Globs of paths whose findings are left out; the report counts them.'),
    only: names.default([]).describe('Domains, checks or tools to run; all others are left out.'),
    skip: names.default([]).describe('Domains, checks or tools to leave out.'),
    tools: z
      .union([z.enum(['auto', 'none']), names])
      .default(AUDIT_SETTINGS.tools)
      .describe('The security tools to start: those that are installed (auto), none, or these.'),
    toolTimeout: timeout.default(AUDIT_SETTINGS.toolTimeout).describe('Seconds that one tool may take.'),
    failOn: severity.optional().describe('The least severity that fails a call without --fail-on.'),
    baseline: glob
      .optional()
      .describe('Path of the baseline, relative to the folder that holds .orchestration.'),
  })
  .prefault({});

/** The schema of `.orchestration/config.json`. */
export const projectConfigSchema: z.ZodType<ProjectConfig> = z.strictObject({
  $schema: z.string().optional(),
  driver: z.enum(['workflow', 'tiered', 'agent']).optional(),
  contextBudget: z.int().min(500).max(10_000_000).default(contextBudget),
  timeouts: timeoutsSchema(timeouts),
  sandbox: z.enum(['auto', 'on']).optional(),
  audit: auditSchema,
  build: z
    .strictObject({
      minPairs: z.int().min(0).max(100_000).default(BUILD_SETTINGS.minPairs),
      minQuality: z.number().min(0).max(1).default(BUILD_SETTINGS.minQuality),
      testTimeout: timeout.default(BUILD_SETTINGS.testTimeout),
      hardening: z.enum(['agents', 'checks']).default(BUILD_SETTINGS.hardening),
      projectHooks: z.enum(['run', 'skip']).default(BUILD_SETTINGS.projectHooks),
      timeouts: timeoutsSchema(BUILD_SETTINGS.timeouts),
    })
    .prefault({}),
  worktree: z
    .strictObject({
      copy: z.array(z.string().min(1).max(500).refine(isInsideGlob, INSIDE)).max(100).default([]),
      setup: plainCommand.optional(),
      setupTimeout: z.int().min(1).max(86_400).default(WORKTREE_SETTINGS.setupTimeout),
      ports: z
        .strictObject({
          base: z.int().min(1024).max(65_000).default(20_000),
          size: z.int().min(1).max(1000).default(10),
        })
        .optional(),
    })
    .prefault({}),
  wrapUp: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).max(200),
        command: plainCommand,
      }),
    )
    .max(50)
    .default([])
    .describe(
      'Checks of `sao wrap-up`, such as {"name": "docs are current", "command": "npm run docs:check"}.',
    ),
});

const FIX = `write {"driver": "workflow" | "tiered" | "agent", "contextBudget": ${contextBudget}, "timeouts": ${JSON.stringify(timeouts)}, "sandbox": "auto" | "on", "audit": {"failOn": "major", "rules": {"unpinned-action": "off"}, "exclude": ["legacy/**"]}, "build": ${JSON.stringify(BUILD_SETTINGS)}, "worktree": {"copy": [".env"], "setup": "npm ci", "ports": {"base": 20000, "size": 10}}}, each as you need it; commands of plans are allowed in your own configuration only`;

/** Reads `.orchestration/config.json`; a missing file is an empty one. */
export function readProjectConfig(project: string): Result<ProjectConfig> {
  const path = projectConfigPath(project);
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) return accept(DEFAULT_PROJECT_CONFIG);
  const text = file.isFile() ? readBoundedText(path) : undefined;
  const value = parse(text ?? '');
  if (value === undefined) {
    const message = `${path} is ${text === undefined ? 'not a regular file' : 'not JSON'}`;
    return reject({
      code: 'project-config-wrong',
      message,
      target: path,
      fix: FIX,
    });
  }
  const parsed = projectConfigSchema.safeParse(value);
  if (parsed.success) return accept(parsed.data);
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${describeSchemaIssue(issue)}`,
  );
  return reject({
    code: 'project-config-wrong',
    message: `${path}: ${faults.join('; ')}`,
    target: path,
    fix: FIX,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
