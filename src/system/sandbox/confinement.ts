import { existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readTextIfReadable } from '../files/bounded.ts';
import { withoutSigning } from '../git/signing.io.ts';
import { findProgram } from '../process/find-program.ts';
import type { Confine, LaunchCommand } from '../process/launch.ts';
import { listAliasRules, readMounts } from './mount-aliases.ts';
import { dropNeedlessRules, type PathRule } from './path-rules.ts';
import { listSetupRules, listTreeRules } from './repository-rules.ts';
import { type Sandbox, wrapCommand } from './sandbox.ts';
import { listServiceRules } from './service-rules.ts';

/** How the code of a run's agents is started: the tests of builds, headless agents, and the commands of plans. */
export interface Confinement {
  sandbox: Sandbox;
  /** The rules for every start. */
  rules: readonly PathRule[];
  /** The rules for the repository of the checkout, which a setup command may change. */
  checkout?: readonly PathRule[];
  /** Lists the rules for the client's settings in the checkout or a worktree, by its top: agents do not write them. */
  listSettingsRules?: (top: string) => PathRule[];
  /** The top of the user's checkout; missing without a sandbox. */
  top?: string;
  /** Paths that nothing but an agent makes, in folders that it has to write: what lies there is removed. */
  planted?: readonly string[];
  /** Files with a content that changes nothing, which the rules protect: an agent could make them otherwise. */
  pinned?: Readonly<Record<string, string>>;
  /** Git is configured to sign commits, which a program without the user's keys and agents of keys cannot do. */
  isUnsigned?: boolean;
  /** The id of the run, whose branches its agents may change. */
  run: string;
}

/** The command that starts a program of an agent; `more`: the rules of this start, which come after those of the run. */
export function confineCommand(
  confinement: Confinement,
  command: LaunchCommand,
  more: readonly PathRule[],
): LaunchCommand {
  const { sandbox, rules, checkout = [], listSettingsRules, top } = confinement;
  // A missing program is started as it is, so that the system names it.
  if (sandbox.kind === 'none' || findProgram(command.file, command) === undefined) return command;
  removePlanted(confinement);
  const settings = top === undefined ? [] : (listSettingsRules?.(top) ?? []);
  const named = [...rules, ...checkout, ...settings, ...more];
  // Sockets and mounts of the machine change while a run works.
  const all = [...listServiceRules(), ...named];
  const needed = dropNeedlessRules([...all, ...listAliasRules(all, readMounts())]);
  const env = confinement.isUnsigned ? withoutSigning(command.env) : command.env;
  return wrapCommand(sandbox, needed, { ...command, env });
}

/**
 * Removes what agents have made to be read outside of the sandbox, and makes again what keeps them from it: before each start, and after the end of each
 * agent.
 */
export function removePlanted({ planted = [], pinned = {} }: Confinement): void {
  for (const path of planted) rmSync(path, { recursive: true, force: true });
  for (const [path, text] of Object.entries(pinned)) {
    if (readTextIfReadable(path) === text) continue;
    rmSync(path, { recursive: true, force: true });
    // Without the folder there is nothing to protect.
    if (existsSync(dirname(path))) writeFileSync(path, text, { mode: 0o444 });
  }
}

/** Puts programs that work in a worktree of the run, such as its tests, into the sandbox. */
export function confineToTree(confinement: Confinement, tree: string): Confine {
  if (confinement.sandbox.kind === 'none') return (command) => command;
  return (command) => confineCommand(confinement, command, listAgentTreeRules(confinement, tree));
}

/** The rules for a worktree of the run. `maySet`: a human has approved that the program writes the client's settings there. */
export function listAgentTreeRules(
  { listSettingsRules, run }: Confinement,
  tree: string,
  maySet = false,
): PathRule[] {
  const settings = maySet ? [] : (listSettingsRules?.(realpathSync(tree)) ?? []);
  return [...listTreeRules(tree, run), ...settings];
}

/**
 * Puts the setup command of a worktree into the sandbox. It may change the repository's hooks and configuration: package managers install hooks there,
 * and the user's own configuration names the command.
 */
export function confineSetup({ checkout, top, ...confinement }: Confinement, tree: string): Confine {
  return (command) => confineCommand(confinement, command, listSetupRules(tree));
}
