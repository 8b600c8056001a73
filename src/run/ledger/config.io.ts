import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { accept, type Result, reject } from '../../system/result.ts';

/** The user's own configuration for all projects. It is never read from a project, because a project must not approve its own commands. */
export interface UserConfig {
  /** Command lines of command workers that run inside a session without a question; exact. */
  allowCommands: string[];
}

type Env = Readonly<Record<string, string | undefined>>;

export function configPath(env: Env): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'sao', 'config.json');
}

/** Reads the user's configuration; a missing file counts as empty. Uses no schema library, because hooks read it too. */
export function readUserConfig(env: Env): Result<UserConfig> {
  const path = configPath(env);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return accept({ allowCommands: [] });
  }
  const { allowCommands = [], ...others } = parseObject(text) ?? { damaged: true };
  const isWhole = Array.isArray(allowCommands) && allowCommands.every((line) => typeof line === 'string');
  if (isWhole && Object.keys(others).length === 0) return accept({ allowCommands });
  return reject({
    code: 'config-wrong',
    message: `${path} is not a configuration`,
    target: path,
    fix: 'write {"allowCommands": ["npm audit --json"]}, or remove the file',
  });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
