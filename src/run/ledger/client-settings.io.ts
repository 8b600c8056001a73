import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

interface Settings {
  disableWorkflows?: unknown;
  enableWorkflows?: unknown;
  permissions?: { deny?: unknown };
  env?: unknown;
}

/**
 * Whether the client's Workflow tool is there and not denied, as far as its environment and settings tell. What they do not tell
 * (an organisation's policy), the parent finds out, and `sao next --driver tiered` goes on.
 */
export function hasWorkflowTool(env: Env, project: string): boolean {
  if (isTrue(env.CLAUDE_CODE_DISABLE_WORKFLOWS) || isFalse(env.CLAUDE_CODE_WORKFLOWS)) return false;
  return !settingsFiles(env, project).map(readSettings).some(isOff);
}

/** A variable that the client sees: of its environment or, where that has none, of its settings, the project's before the user's. */
export function clientVariable(env: Env, project: string, name: string): string | undefined {
  const settings = settingsFiles(env, project).reverse().map(readSettings);
  return env[name] || settings.map((each) => variableOf(each, name)).find((value) => value !== undefined);
}

function settingsFiles(env: Env, project: string): string[] {
  const own = env.CLAUDE_CONFIG_DIR || join(env.HOME || homedir(), '.claude');
  return [
    join(own, 'settings.json'),
    ...['settings.json', 'settings.local.json'].map((name) => join(project, '.claude', name)),
  ];
}

function variableOf({ env }: Settings, name: string): string | undefined {
  if (typeof env !== 'object' || env === null || !Object.hasOwn(env, name)) return undefined;
  const value: unknown = (env as Record<string, unknown>)[name];
  return value === undefined || value === null ? undefined : String(value);
}

function isOff({ disableWorkflows, enableWorkflows, permissions }: Settings): boolean {
  const denied = Array.isArray(permissions?.deny) && permissions.deny.includes('Workflow');
  return disableWorkflows === true || enableWorkflows === false || denied;
}

function readSettings(path: string): Settings {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as Settings | null) ?? {};
  } catch {
    // Missing or damaged: the client's to complain about.
    return {};
  }
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on)$/i.test(value);
}

function isFalse(value: string | undefined): boolean {
  return value !== undefined && /^(0|false|no|off)$/i.test(value);
}
