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
  { file, args, ...given }: LaunchCommand,
): LaunchCommand {
  const place = { ...given, env: sandbox.kind === 'none' ? given.env : withoutServices(given.env) };
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

/** Variables that name sockets of programs outside: agents of keys, the desktop, terminals, editors. */
const SERVICE_VARIABLES =
  /^(?:SSH_AUTH_SOCK|SSH_AGENT_PID|GPG_AGENT_INFO|DBUS_SESSION_BUS_ADDRESS|XDG_RUNTIME_DIR|DISPLAY|WAYLAND_DISPLAY|WAYLAND_SOCKET|XAUTHORITY|TMUX|TMUX_PANE|STY|ZELLIJ|ZELLIJ_SESSION_NAME|KITTY_LISTEN_ON|WEZTERM_UNIX_SOCKET|NVIM|NVIM_LISTEN_ADDRESS|EMACS_SOCKET_NAME|VSCODE_IPC_HOOK\w*|VSCODE_GIT_\w+|GIT_ASKPASS|SSH_ASKPASS|SUDO_ASKPASS|I3SOCK|SWAYSOCK)$/;

function withoutServices(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Without a value such a variable names no program, and keeps git from one that a repository names.
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value === '' || !SERVICE_VARIABLES.test(name)),
  );
}
