import { isGuardedCall, mayAgentCall, refuseAgentCall } from '../../run/dispatch/agent-calls.ts';
import { parseChain } from './shell.ts';

/** Programs that start the program that their arguments name. */
const STARTERS = new Set([
  'busybox',
  'chroot',
  'doas',
  'flock',
  'ionice',
  'script',
  'stdbuf',
  'systemd-run',
  'taskset',
  'timeout',
  'unshare',
  'watch',
  'env',
  'exec',
  'command',
  'nohup',
  'setsid',
  'time',
  'nice',
  'npx',
  'xargs',
  'sudo',
]);
/** The commands of `sao` that change a run or start something. */
const CHANGING =
  'init|session|plan|build|next|workflow|run|retry|gap|report|clean|audit|gate|conflict|contract|training|worktree|rescue|approvals|doctor|work|queue|idea|task|blocker|team|mcp|wrap-up';

/**
 * Reason to refuse a shell command of an agent because of a call of `sao` in it; undefined if there is none to refuse. In a command that only a shell
 * understands, each mention of such a call counts. Pure.
 */
export function findAgentCallFault(command: string): string | undefined {
  const [refused] = listSaoCalls(command).filter((words) => !mayAgentCall(words) && !isGuardedCall(words));
  if (refused === undefined) return undefined;
  const { message, fix } = refuseAgentCall(refused);
  return `Not run: ${message}. To go on: ${fix}.`;
}

/** The calls of `sao` in a command, each as the words after `sao`. */
export function listSaoCalls(command: string): string[][] {
  const calls = parseChain(command);
  return calls === undefined ? findMentions(command) : calls.flatMap(readSaoCalls);
}

const CHANGES = new RegExp(`^(?:${CHANGING})$`);
const SAO = /(?:^|\/)(?:sao|scaled-agent-orchestration|lib\/(?:cli|light)\.cjs)$/;
const SHELL = /(?:^|\/)(?:ba|z|da|k|a)?sh$/;

/** The calls of `sao` in a plain call, also behind variables and programs that start it. */
function readSaoCalls(call: readonly string[]): string[][] {
  const isBefore = (word: string) =>
    STARTERS.has(nameOf(word)) || /^[A-Za-z_]\w*=/.test(word) || word.startsWith('-');
  const start = call.findIndex((word) => !isBefore(word));
  const program = call[start] ?? '';
  const rest = call.slice(start + 1);
  const isStarted = call.slice(0, start < 0 ? undefined : start).some((word) => STARTERS.has(nameOf(word)));
  // A starter's option may have a value before the program, or a whole command line in one word.
  if (isStarted) return findStartedCalls(call);
  if (SAO.test(program)) return [rest];
  if (/(?:^|\/)node$/.test(program)) return readSaoCalls(rest);
  return SHELL.test(program) ? [...readSaoCalls(rest), ...rest.flatMap(listSaoCalls)] : [];
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function findStartedCalls(words: readonly string[]): string[][] {
  return words.flatMap((word, index) => {
    const rest = words.slice(index + 1);
    // The word may be an argument of another program, such as a search for it.
    if (SAO.test(word) && CHANGES.test(rest.find((each) => !each.startsWith('-')) ?? '')) return [rest];
    return /\s/.test(word) ? listSaoCalls(word) : [];
  });
}

function findMentions(command: string): string[][] {
  const mention = new RegExp(
    `(?:^|[\\s;&|(\`'"/])(?:sao|scaled-agent-orchestration|lib/(?:cli|light)\\.cjs)[)'"\`}]*\\s+(?:-\\S+\\s+)*['"]?(${CHANGING})\\b([^;&|\\n]*)`,
    'g',
  );
  return [...command.matchAll(mention)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split(/[\s'"`)]+/).filter((word) => word !== ''),
  ]);
}
