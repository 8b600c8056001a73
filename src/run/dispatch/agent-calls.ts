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
  if (asksForHelp(words)) return true;
  const [name = '', action = ''] = words.filter((word) => !word.startsWith('-'));
  if (name === '') return true;
  // A coordinator that starts its own workers asks for their next action.
  if (name === 'next') return isDomainCall(words);
  // The code of a project, such as the configuration of ESLint, would run outside of the agent's rights.
  if (name === 'tool' && words.some((word) => word.startsWith('--project-code'))) return false;
  return isIn(AGENT_COMMANDS, name, action);
}

const HELP_WORDS = ['--help', '-h', '--version', '-V'];

// Behind an option the word may be its value, and behind `--` it is an argument: the call then prints no help.
function asksForHelp(words: readonly string[]): boolean {
  const options = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  return options.some((word, index) => {
    const before = options[index - 1] ?? '';
    return HELP_WORDS.includes(word) && (before === '--json' || !before.startsWith('-'));
  });
}

/** Whether a call refuses an agent itself. */
export function isGuardedCall(words: readonly string[]): boolean {
  const [name = '', action = ''] = words.filter((word) => !word.startsWith('-'));
  return isIn(GUARDED, name, action);
}

/**
 * The calls of `sao` that start agents or setup commands, make, change or remove runs, or give rights, each with its actions. Each refuses a call whose
 * starter is not known.
 */
const CHANGES_OF_RUNS: Readonly<Record<string, true | readonly string[]>> = {
  init: true,
  plan: true,
  gap: true,
  retry: true,
  clean: true,
  run: true,
  build: true,
  audit: true,
  work: true,
  workflow: true,
  queue: ['init', 'token', 'dispatch'],
  idea: ['execute'],
  task: ['retry'],
  conflict: ['resolve'],
  worktree: ['create'],
  approvals: ['setup'],
};
/** The inputs with which `sao next` changes a run's settings. */
const CHANGES_BY_NEXT = ['confirm', 'driver', 'budget'];

/**
 * Whether a call starts agents, gives rights, or makes, changes or removes runs, beyond recording what agents did. `input`: what the command line's
 * parser made of its words, since the value of an option may look like an action.
 */
export function isChangeOfRuns(name: string, input: Readonly<Record<string, unknown>>): boolean {
  if (name === 'next') return CHANGES_BY_NEXT.some((each) => input[each] !== undefined);
  if (input.dryRun === true || input.listTools === true) return false;
  if (name === 'queue' && input.action === 'token' && input.subject === 'list') return false;
  return isIn(CHANGES_OF_RUNS, name, String(input.action));
}

/** Why a call is refused that may be an agent's. `starter`: the session or runner, such as `process 50`. */
export function refuseUnknownOrigin(name: string, starter: string): Problem {
  return {
    code: 'call-of-unknown-origin',
    message: `this call has no terminal and no parent process that says who made it, and a session or runner (${starter}) is at work: its agents could have made it`,
    target: name,
    fix: `call \`sao ${name}\` in a terminal or in the session, or from a program that was started before ${starter}; or wait for its end`,
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
