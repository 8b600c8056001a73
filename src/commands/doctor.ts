import * as z from 'zod';
import { examine } from '../doctor/examine.io.ts';
import { plainText } from '../report/plain-text.ts';
import { accept } from '../result.ts';
import { defineCommand } from './command.ts';
import { rootChoice, runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'doctor',
  summary: 'Check that everything sao needs is there and works.',
  arguments: [],
  options: [],
  details: 'Exit codes: 0 nothing required is missing; 3 something is.',
  schema: z.object({ ...runsDirOption }),
  async handler({ runsDir }, context) {
    const checks = await examine(rootChoice({ runsDir }, context));
    return accept({ data: { checks }, exit: checks.some(({ level }) => level === 'fail') ? 3 : 0 });
  },
  render: ({ checks }) =>
    checks
      .flatMap(({ level, check, message, fix }) => [
        `${level.padEnd(4)}  ${check.padEnd(6)}  ${plainText(message)}`,
        ...(fix === undefined ? [] : [`${' '.repeat(14)}Fix: ${plainText(fix)}`]),
      ])
      .join('\n'),
});
