import { createHash } from 'node:crypto';
import { quoteCommand } from '../../system/command-line.ts';
import type { Plan } from '../ledger/manifest.ts';

/** The commands of a plan, as they are shown to the human who approves them. */
export function commandsOf(plan: Plan): { id: string; command: string[] }[] {
  return plan.agents.flatMap(({ id, command }) => (command ? [{ id, command }] : []));
}

/** The hash that an approval is bound to; it changes with every command and id. */
export function commandsHash(plan: Plan): string {
  return createHash('sha256')
    .update(JSON.stringify(commandsOf(plan)))
    .digest('hex')
    .slice(0, 16);
}

/** Whether the user's own configuration names every command of the plan, to the letter. */
export function areAllowed(plan: Plan, allowed: readonly string[]): boolean {
  return commandsOf(plan).every(({ command }) => allowed.includes(quoteCommand(command)));
}
