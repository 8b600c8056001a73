import type { ScriptedApi } from './api.ts';
import { requireClient } from './binary.ts';
import { type Exit, type Launched, launch } from './process.ts';
import { isResult, type ResultMessage } from './result.ts';
import { clientEnv, type Sandbox } from './sandbox.ts';

export interface ClientOptions {
  api: ScriptedApi;
  sandbox: Sandbox;
  /** Plugin folders, each loaded with `--plugin-dir`. */
  plugins?: string[];
  model?: string;
  /** Further flags, for instance `--resume ID` or `--allowedTools Bash`. */
  args?: string[];
  env?: Record<string, string>;
  limitMs?: number;
  /** Another user than that of the test. */
  user?: { uid?: number; gid?: number };
}

/** What `claude -p --output-format json` left: its exit, and the result when stdout held one. */
export interface ClientRun extends Exit {
  result: ResultMessage | undefined;
}

export interface RunningClient extends Omit<Launched, 'exited' | 'child'> {
  done: Promise<ClientRun>;
}

/** Starts `claude -p` with the prompt on stdin, as the headless driver does. */
export function startClient(prompt: string, options: ClientOptions): RunningClient {
  const launched = launchClient(['-p', '--output-format', 'json'], options);
  launched.child.stdin.end(prompt);
  const { pid, stop, kill } = launched;
  return {
    pid,
    stop,
    kill,
    done: launched.exited.then((exit) => ({ ...exit, result: parseResult(exit.stdout) })),
  };
}

/** Runs one prompt to its end; throws when the client hangs or answers nothing readable. */
export async function runClient(
  prompt: string,
  options: ClientOptions,
): Promise<ClientRun & { result: ResultMessage }> {
  const { result, ...run } = await startClient(prompt, options).done;
  if (result === undefined || run.timedOut) throw new Error(describe(run, options.api));
  return { ...run, result };
}

/** Runs a client command that talks to no model, for instance `plugin validate --strict DIR`. */
export function runCommand(args: string[], options: Omit<ClientOptions, 'api'>): Promise<Exit> {
  const launched = launch(requireClient(), [...pluginFlags(options.plugins), ...args], {
    // Nothing listens on port 9, so a command that uses the network fails at once.
    env: clientEnv(options.sandbox, 'http://127.0.0.1:9', options.env),
    cwd: options.sandbox.project,
    limitMs: options.limitMs ?? 60_000,
  });
  launched.child.stdin.end();
  return launched.exited;
}

export function launchClient(flags: string[], options: ClientOptions): Launched {
  const args = [
    ...flags,
    '--model',
    options.model ?? 'haiku',
    ...pluginFlags(options.plugins),
    ...(options.args ?? []),
  ];
  return launch(requireClient(), args, {
    env: clientEnv(options.sandbox, options.api.url, options.env),
    cwd: options.sandbox.project,
    limitMs: options.limitMs ?? 60_000,
    user: options.user,
  });
}

export function describe(exit: Exit, api: ScriptedApi): string {
  const last = api.calls.at(-1);
  const state = exit.timedOut ? 'was killed at its time limit' : `ended with ${exit.code ?? exit.signal}`;
  const heard = last
    ? `its last call: turn ${last.turn} of ${last.agentId ?? 'the parent'}`
    : 'it never called the API';
  return `The client ${state}; ${heard}.\nstdout: ${exit.stdout.slice(-500)}\nstderr: ${exit.stderr.slice(-500)}`;
}

function pluginFlags(plugins: string[] = []): string[] {
  return plugins.flatMap((folder) => ['--plugin-dir', folder]);
}

function parseResult(stdout: string): ResultMessage | undefined {
  if (!stdout.startsWith('{')) return undefined;
  const parsed: unknown = JSON.parse(stdout);
  return isResult(parsed) ? parsed : undefined;
}
