import { quoteCommand } from '../../system/command-line.ts';
import { hashContent } from '../../system/content-hash.ts';
import type { Plan } from '../ledger/manifest.ts';

/** Who asks for commands to run that no human has approved yet. */
export interface CommandCaller {
  /** Started by a model: inside a client's session. */
  isSession: boolean;
  /** Started by an agent of a run. */
  isAgent: boolean;
  /** Standard input is a terminal. */
  isTerminal: boolean;
  /** The call says that no human is there, as in a CI job. */
  isUnattended: boolean;
  /** Command lines that the user's own configuration lets run. */
  allowed: readonly string[];
}

/** How a call itself approves commands. */
export type CommandApprover = 'asked' | 'terminal' | 'unattended' | 'config';

/**
 * How this call itself approves commands; undefined if it does not. `isAnswered`: a human answered a session's question about them with yes.
 * Pure.
 */
export function approverOfCommands(
  caller: Omit<CommandCaller, 'allowed'>,
  { isAllowed, isAnswered }: { isAllowed: boolean; isAnswered: boolean },
): CommandApprover | undefined {
  if (caller.isAgent) return undefined;
  if (isAllowed) return 'config';
  if (isAnswered) return 'asked';
  if (caller.isSession) return undefined;
  // A call that says that no human is there asks none, also in a terminal.
  if (caller.isUnattended) return 'unattended';
  return caller.isTerminal ? 'terminal' : undefined;
}

/** The hash that the approval of a worktree's setup command is bound to. */
export function setupHash(setup: string): string {
  return hashContent(setup);
}

/** The commands of a plan, as they are shown to the human who approves them. */
export function commandsOf(plan: Plan): { id: string; command: string[] }[] {
  return plan.agents.flatMap(({ id, command }) => (command ? [{ id, command }] : []));
}

/** The hash that an approval is bound to; it changes with every command and id. */
export function commandsHash(plan: Plan): string {
  return hashContent(JSON.stringify(commandsOf(plan)));
}

/** Whether the user's own configuration names every command of the plan, to the letter. */
export function areAllowed(plan: Plan, allowed: readonly string[]): boolean {
  return commandsOf(plan).every(({ command }) => allowed.includes(quoteCommand(command)));
}
