import type { Call } from './call.ts';
import { blocksOf, textOf } from './messages.ts';
import { agentCalls } from './orchestra.ts';
import { type Answer, say, use } from './reply.ts';

/** The ten minutes that the client gives a shell command at most. */
const TIMEOUT = 600_000;

/**
 * A parent that follows only `/build-pipeline` and printed actions: it starts the build, or calls `start` for one that exists, and does each action.
 * It shows questions to the user and ends its turn; after a yes it runs the printed command.
 */
export function followPipeline(
  description: string,
  start = `sao build "${description}"`,
): (call: Call) => Answer {
  return (call) => {
    if (call.turn === 0) return run(start);
    const last = lastAction(call);
    if (last === undefined) return run(undefined);
    return last.isNewest ? begin(last) : goOn(call, last);
  };
}

interface Printed {
  action: string;
  text: string;
  command: string | undefined;
  isNewest: boolean;
}

/** Does the action that was just printed. */
function begin({ action, text, command }: Printed): Answer {
  if (/^(dispatch|retry|coordinate)$/.test(action)) return use(...agentCalls(text));
  return /^(run|wait)$/.test(action) ? run(command) : say(text);
}

/** Continues after a finished action or a yes of the user. */
function goOn(call: Call, { action, text, command }: Printed): Answer {
  const isAnswer = action === 'ask' && call.results.length === 0;
  return run(isAnswer ? command : /[Tt]hen `([^`]+)`/.exec(text)?.[1]);
}

function run(command: string | undefined): Answer {
  if (command === undefined) return say('Nothing says what comes next.');
  return use(['Bash', { command, description: 'Go on with the build', timeout: TIMEOUT }]);
}

const ACTION = /^(dispatch|retry|coordinate|workflow|run|wait|ask|halted|done)(?: \(wave \d+\))?: /m;

/** The latest printed action, and whether it is the parent's newest message. */
function lastAction({ messages }: Call): Printed | undefined {
  const users = messages.filter(({ role }) => role === 'user');
  const printed = users.flatMap((message) =>
    blocksOf(message.content).flatMap((block) => {
      const whole = block.type === 'tool_result' ? textOf(block.content) : '';
      const found = ACTION.exec(whole);
      const text = whole.slice(found?.index);
      const command = /^\$ (.*)$/m.exec(text)?.[1];
      return found ? [{ action: found[1] ?? '', text, command, isNewest: message === users.at(-1) }] : [];
    }),
  );
  return printed.at(-1);
}
