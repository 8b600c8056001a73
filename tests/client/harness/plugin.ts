import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type HookEvent =
  | 'SessionStart'
  | 'SessionEnd'
  | 'UserPromptSubmit'
  | 'PreToolUse'
  | 'PostToolUse'
  | 'PostToolUseFailure'
  | 'PermissionRequest'
  | 'SubagentStart'
  | 'SubagentStop'
  | 'Stop'
  | 'StopFailure';

/** A hook's input, as far as tests read it. */
export interface HookInput {
  hook_event_name: HookEvent;
  session_id: string;
  transcript_path: string;
  cwd: string;
  agent_id?: string;
  agent_type?: string;
  tool_name?: string;
  tool_input?: Record<string, unknown>;
  tool_use_id?: string;
  source?: string;
  error?: string;
  last_assistant_message?: string;
  stop_hook_active?: boolean;
}

export interface PluginSpec {
  name?: string;
  /** Shell command by event; a command gets one line of JSON on stdin. */
  hooks?: Partial<Record<HookEvent, string>>;
  /** Further files by path inside the plugin, for instance `commands/go.md`. */
  files?: Record<string, string>;
}

/** Writes a throw-away plugin, for tests of the harness and of the client itself; the product's tests load the real one. */
export async function writePlugin(folder: string, spec: PluginSpec): Promise<string> {
  const manifest = { name: spec.name ?? 'probe', version: '0.0.0', description: 'throw-away' };
  const hooks = Object.entries(spec.hooks ?? {}).map(([event, command]) => [
    event,
    [{ hooks: [{ type: 'command', command }] }],
  ]);
  await writeText(join(folder, '.claude-plugin/plugin.json'), JSON.stringify(manifest));
  await writeText(join(folder, 'hooks/hooks.json'), JSON.stringify({ hooks: Object.fromEntries(hooks) }));
  for (const [path, text] of Object.entries(spec.files ?? {})) await writeText(join(folder, path), text);
  return folder;
}

/** A hook command that writes its input down and has no opinion; see `readHookLog`. */
export function recordTo(log: string): string {
  return `cat >> '${log}'`;
}

export async function readHookLog(log: string): Promise<HookInput[]> {
  const text = existsSync(log) ? await readFile(log, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as HookInput);
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
