import { join } from 'node:path';
import { verbatim } from '../../findings/verbatim.ts';
import { quoteCommand } from '../../system/command-line.ts';
import type { Plan } from '../ledger/manifest.ts';
import { commandsOf } from './approve.ts';
import { renderTaskLines, summarizeDomains } from './domain-lines.ts';

/** What a human sees of a plan before they approve it; `dir`: the run's directory, which has the whole table. */
export function describePlan(plan: Plan, dir: string): string[] {
  return renderTaskLines(summarizeDomains(plan), join(dir, 'plan.md'));
}

/** What a human sees of a plan's commands before they approve them: every one, to the letter. */
export function describeCommands(plan: Plan): string[] {
  return commandsOf(plan).map(({ id, command }) => `${id}: ${verbatim(quoteCommand(command))}`);
}
