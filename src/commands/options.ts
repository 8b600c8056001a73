import * as z from 'zod';
import { type FoundRun, locateRun } from '../run/ledger/locate.io.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import type { Result } from '../system/result.ts';
import type { Argument, Context } from './command.ts';

/** The run that a command is about; without one, the project's newest active run. */
export const ANY_RUN: Argument = {
  name: '[run]',
  description: 'id, unique prefix or path of a run; the newest active one of the project',
};

export const ONE_RUN: Argument = { name: '<run>', description: 'id, unique prefix or path of a run' };

/** What every command that looks for runs takes: `--runs-dir` is added to each by the CLI. */
export const runsDirOption = { runsDir: z.string().optional() };

/** Where this call looks for runs. */
export function rootChoice(input: { runsDir?: string | undefined }, { env, cwd }: Context): RootChoice {
  return { flag: input.runsDir, env, cwd };
}

export function findRun(
  input: { run?: string | undefined; runsDir?: string | undefined },
  context: Context,
): Result<FoundRun> {
  return locateRun(input.run, rootChoice(input, context));
}

/** An option that takes a whole number above 0. */
export const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, { error: 'must be a whole number above 0' })
  .transform(Number);
