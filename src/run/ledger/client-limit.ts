import { accept, type Result, reject } from '../../system/result.ts';
import { DEFAULT_LIMITS } from './manifest.ts';

const NAME = 'CLAUDE_CODE_MAX_CONCURRENT_SUBAGENTS';

/** The number of agents that the client runs at the same time: its own setting, or 20. */
export function clientLimit(env: Readonly<Record<string, string | undefined>>): Result<number> {
  const given = env[NAME];
  if (given === undefined || given === '') return accept(DEFAULT_LIMITS.total);
  const limit = Number(given);
  if (Number.isInteger(limit) && limit >= 1) return accept(limit);
  return reject({
    code: 'limit-wrong',
    message: `${NAME} is "${given}", not a whole number above 0`,
    target: NAME,
    fix: `unset ${NAME}, or set a number such as 20`,
  });
}
