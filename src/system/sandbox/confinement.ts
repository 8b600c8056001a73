import { realpathSync } from 'node:fs';
import { findProgram } from '../process/find-program.ts';
import type { Confine, LaunchCommand } from '../process/launch.ts';
import type { PathRule } from './path-rules.ts';
import { listTreeRules } from './repository-rules.ts';
import { type Sandbox, wrapCommand } from './sandbox.ts';

/** How the code of a run's agents is started: the tests of builds, headless agents, and the commands of plans. */
export interface Confinement {
  sandbox: Sandbox;
  /** The rules for every start. */
  rules: readonly PathRule[];
  /** The id of the run, whose branches its agents may change. */
  run: string;
}

/** The command that starts a program of an agent; `more`: the rules of this start, which come after those of the run. */
export function confineCommand(
  { sandbox, rules }: Confinement,
  command: LaunchCommand,
  more: readonly PathRule[],
): LaunchCommand {
  // A missing program is started as it is, so that the system names it.
  const isFound = sandbox.kind !== 'none' && findProgram(command.file, command) !== undefined;
  return isFound ? wrapCommand(sandbox, [...rules, ...more], command) : command;
}

/** Puts programs that work in a worktree of the run, such as its tests, into the sandbox. */
export function confineToTree(confinement: Confinement, tree: string): Confine {
  if (confinement.sandbox.kind === 'none') return (command) => command;
  return (command) => confineCommand(confinement, command, listTreeRules(tree, confinement.run));
}

/**
 * Puts the setup command of a worktree into the sandbox. It may change the repository's hooks and configuration: package managers install hooks there,
 * and the user's own configuration names the command.
 */
export function confineSetup(confinement: Confinement, tree: string): Confine {
  return (command) =>
    confineCommand(confinement, command, [{ path: realpathSync(tree), access: 'writable' }]);
}
