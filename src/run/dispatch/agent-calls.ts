import type { Problem } from '../../system/result.ts';

/** The commands of `sao` that an agent may call, each with its actions: they change nothing of a run, or only the agent's own part of it. */
const AGENT_COMMANDS: Readonly<Record<string, true | readonly string[]>> = {
  prompt: true,
  verify: true,
  status: true,
  list: true,
  check: true,
  tool: true,
  help: true,
  contract: ['check', 'show'],
};

/** Calls that refuse an agent themselves and name what the human has to do. */
const GUARDED: Readonly<Record<string, true | readonly string[]>> = {
  run: true,
  gate: ['approve', 'reject'],
  conflict: ['resolve'],
};

/** Whether an agent, its subagents or their children may make a call of `sao`. `words`: the words after `sao`. */
export function mayAgentCall(words: readonly string[]): boolean {
  if (words.some((word) => word === '--help' || word === '-h' || word === '--version' || word === '-V'))
    return true;
  const [name = '', action = ''] = words.filter((word) => !word.startsWith('-'));
  if (name === '') return true;
  // A coordinator that starts its own workers asks for their next action.
  if (name === 'next') return isDomainCall(words);
  // The code of a project, such as the configuration of ESLint, would run outside of the agent's rights.
  if (name === 'tool' && words.some((word) => word.startsWith('--project-code'))) return false;
  return isIn(AGENT_COMMANDS, name, action);
}

/** Whether a call refuses an agent itself. */
export function isGuardedCall(words: readonly string[]): boolean {
  const [name = '', action = ''] = words.filter((word) => !word.startsWith('-'));
  return isIn(GUARDED, name, action);
}

/** The commands of `sao` that make, change or remove runs; each refuses a call whose starter is not known. */
const CHANGES_OF_RUNS = ['init', 'plan', 'gap', 'retry', 'clean'];
/** The options with which `sao next` changes a run's settings. */
const CHANGES_BY_NEXT = ['--confirm', '--driver', '--budget'];

/** Whether a call makes, changes or removes runs, beyond recording what agents did. */
export function isChangeOfRuns(words: readonly string[]): boolean {
  const flags = words.filter((word) => word.startsWith('-')).map((word) => word.replace(/=[\s\S]*/, ''));
  const [name = ''] = words.filter((word) => !word.startsWith('-'));
  if (name === 'next') return flags.some((flag) => CHANGES_BY_NEXT.includes(flag));
  return CHANGES_OF_RUNS.includes(name) && !flags.includes('--dry-run');
}

/** Why a call is refused that may be an agent's. `starter`: the pid of the session or runner. */
export function refuseUnknownOrigin(words: readonly string[], starter: number): Problem {
  const [name = ''] = words.filter((word) => !word.startsWith('-'));
  return {
    code: 'call-of-unknown-origin',
    message: `this call has no terminal and no parent process that says who made it, and a session or runner (process ${starter}) is at work: its agents could have made it`,
    target: name,
    fix: `call \`sao ${name}\` in a terminal or in the session, or from a program that was started before process ${starter}; or wait for its end`,
  };
}

function isIn(
  table: Readonly<Record<string, true | readonly string[]>>,
  name: string,
  action: string,
): boolean {
  const allowed = Object.hasOwn(table, name) ? table[name] : undefined;
  return allowed === true || allowed?.includes(action) === true;
}

function isDomainCall(words: readonly string[]): boolean {
  const flags = words.filter((word) => word.startsWith('-')).map((word) => word.replace(/=[\s\S]*/, ''));
  return (
    flags.includes('--domain') && flags.every((flag) => ['--domain', '--json', '--runs-dir'].includes(flag))
  );
}

/** Why a call of an agent is refused. */
export function refuseAgentCall(words: readonly string[]): Problem {
  const [name = ''] = words.filter((word) => !word.startsWith('-'));
  return {
    code: 'call-by-agent',
    message: `an agent of a run made this call, and an agent may not call \`sao ${name}\`: ${AGENT_CALLS}`,
    target: name,
    fix: `let the user or the conversation that drives the run call \`sao ${name}\``,
  };
}

const AGENT_CALLS =
  'it may call only `sao prompt`, `verify`, `status`, `list`, `check`, `tool`, `contract check` and `contract show`';
