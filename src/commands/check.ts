import { resolve } from 'node:path';
import * as z from 'zod';
import type { CheckReport } from '../audit/check/check.ts';
import { renderCheck } from '../audit/check/render-check.ts';
import { CHECKS } from '../audit/checks/catalog.io.ts';
import { runCheck } from '../audit/run-check.io.ts';
import { accept } from '../system/result.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand<{ id: string; path?: string | undefined }, CheckReport>({
  name: 'check',
  example: 'sao check secrets .',
  arguments: [
    {
      name: '<id>',
      description: `one of ${CHECKS.map(({ id }) => id).join(', ')}`,
      choices: CHECKS.map(({ id }) => id),
    },
    { name: '[path]', description: 'check this folder (default: .)' },
  ],
  options: [],
  details: 'Needs no run and writes no file. `sao audit` runs all checks.',
  schema: z.object({ id: z.string(), path: z.string().optional() }),
  async handler({ id, path }, context) {
    const report = await runCheck(id, resolve(context.cwd, path ?? '.'));
    return report.ok ? accept({ data: report.value }, report.diagnostics) : report;
  },
  render: renderCheck,
});
