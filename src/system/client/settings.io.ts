import { homedir } from 'node:os';
import { join } from 'node:path';
import { readBoundedText } from '../files/bounded.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface Settings {
  disableWorkflows?: unknown;
  enableWorkflows?: unknown;
  permissions?: { deny?: unknown; defaultMode?: unknown };
  env?: unknown;
}

/**
 * Returns whether the client has its Workflow tool and allows it, according to its environment and settings. An organisation's policy is
 * not visible there; if it denies the tool, the parent notices and continues with `sao next --driver tiered`.
 */
export function hasWorkflowTool(env: Env, project: string): boolean {
  if (isTrue(env.CLAUDE_CODE_DISABLE_WORKFLOWS) || isFalse(env.CLAUDE_CODE_WORKFLOWS)) return false;
  return !settingsFiles(env, project).map(readSettings).some(isOff);
}

/** The value of a variable in the client: from its environment, else from the project's settings, else from the user's settings. */
export function clientVariable(env: Env, project: string, name: string): string | undefined {
  const settings = settingsFiles(env, project).reverse().map(readSettings);
  return env[name] || settings.map((each) => variableOf(each, name)).find((value) => value !== undefined);
}

/** Returns whether the settings start sessions in auto mode. A session may have changed its mode since. */
export function startsInAutoMode(env: Env, project: string): boolean {
  const modes = settingsFiles(env, project).map((path) => readSettings(path).permissions?.defaultMode);
  return modes.findLast((mode) => mode !== undefined) === 'auto';
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
    return (JSON.parse(readBoundedText(path)) as Settings | null) ?? {};
  } catch {
    // Ignore missing or damaged settings, which the client itself reports.
    return {};
  }
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on)$/i.test(value);
}

function isFalse(value: string | undefined): boolean {
  return value !== undefined && /^(0|false|no|off)$/i.test(value);
}
