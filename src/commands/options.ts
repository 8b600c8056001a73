import * as z from 'zod';
import { type FoundRun, locateRun } from '../run/ledger/locate.io.ts';
import type { RootChoice } from '../run/ledger/roots.io.ts';
import type { Result } from '../system/result.ts';
import type { Argument, Context } from './command.ts';

/** The optional argument that names a run; the default is the project's newest active run, if it has no second active build. */
export const ANY_RUN: Argument = {
  name: '[run]',
  description: "name the run by id, unique prefix or path (default: the project's newest active run)",
};

export const ONE_RUN: Argument = { name: '<run>', description: 'name the run by id, unique prefix or path' };

/** The schema of `--runs-dir`, an option that the CLI adds to every command. */
export const runsDirOption = { runsDir: z.string().optional() };

/** Collects what decides which folder holds the runs: the option, the environment, the current folder. */
export function rootChoice(input: { runsDir?: string | undefined }, { env, cwd }: Context): RootChoice {
  return { flag: input.runsDir, env, cwd };
}

/** Finds the run that a command names, or the project's newest active run. Fails if there is none, or if two builds are active. */
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

/** An option or argument that takes one of these words. */
export const oneOf = <const Word extends string>(words: readonly Word[]) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` });

/** The first argument of a command with several actions. */
export const actionArgument = (actions: readonly string[]): Argument => ({
  name: '<action>',
  description: `one of ${actions.join(', ')}`,
  choices: actions,
});

/** A port; 0 is a free one. */
export const portOption = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a number from 0 to 65535' })
  .transform(Number)
  .refine((port) => port <= 65_535, { error: 'must be a number from 0 to 65535' });
