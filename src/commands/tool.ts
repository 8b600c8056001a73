import { resolve } from 'node:path';
import * as z from 'zod';
import type { CheckReport } from '../audit/check/check.ts';
import { renderCheck } from '../audit/check/render-check.ts';
import { runExternalTool } from '../audit/tools/run-tool.io.ts';
import { TOOL_NAMES } from '../findings/tool-names.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';
import { wholeNumber } from './options.ts';

const toolSchema = z.object({
  id: z.enum(TOOL_NAMES),
  path: z.string().optional(),
  projectCode: z.boolean().default(false),
  timeout: wholeNumber.optional(),
});

/** Seconds that a tool may take, if the call states none. */
export const TOOL_TIMEOUT = 600;

export const command = defineCommand<z.infer<typeof toolSchema>, CheckReport>({
  name: 'tool',
  example: 'sao tool shellcheck .',
  arguments: [
    { name: '<id>', description: `one of ${TOOL_NAMES.join(', ')}`, choices: TOOL_NAMES },
    { name: '[path]', description: 'check this folder (default: .)' },
  ],
  options: [
    {
      flags: '--project-code',
      description: "allow the project's own programs, configuration and plugins to run, as ESLint needs it",
    },
    {
      flags: '--timeout <seconds>',
      description: `stop the tool after this time (default: ${TOOL_TIMEOUT})`,
    },
  ],
  details: `Needs no run and writes no file. \`sao audit\` starts all tools that are installed; \`sao audit --list-tools\` lists them.
A tool that is missing, fails or writes no report is listed under "Not checked".`,
  schema: toolSchema,
  async handler({ id, path = '.', projectCode, timeout = TOOL_TIMEOUT }, { cwd, env }) {
    const order = { project: resolve(cwd, path), env, allowsProjectCode: projectCode, timeout };
    const report = await runExternalTool(id, order);
    return report.ok ? accept({ data: report.value }, report.diagnostics) : report;
  },
  render: renderCheck,
});
