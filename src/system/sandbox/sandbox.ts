import type { LaunchCommand } from '../process/launch.ts';
import { type BwrapTraits, buildBwrapArguments } from './bwrap-arguments.ts';
import type { PathRule } from './path-rules.ts';
import { buildSeatbeltProfile } from './seatbelt-profile.ts';

/** The sandbox of this machine, or the reason why there is none. */
export type Sandbox =
  | ({ kind: 'bwrap'; file: string } & BwrapTraits)
  | { kind: 'sandbox-exec'; file: string }
  | { kind: 'none'; reason: string; fix?: string };

/** The command that runs a program under these rules; the program itself if there is no sandbox. */
export function wrapCommand(
  sandbox: Sandbox,
  rules: readonly PathRule[],
  { file, args, ...place }: LaunchCommand,
): LaunchCommand {
  switch (sandbox.kind) {
    case 'none':
      return { file, args, ...place };
    case 'sandbox-exec':
      return { file: sandbox.file, args: ['-p', buildSeatbeltProfile(rules), file, ...args], ...place };
    case 'bwrap':
      return {
        file: sandbox.file,
        args: [...buildBwrapArguments(rules, sandbox), file, ...args],
        ...place,
        ...(sandbox.hasOwnProcesses ? { isClosed: true } : {}),
      };
  }
}
