import type { Call } from './call.ts';
import { assignmentOf } from './orchestra.ts';
import { createGate, isRefusal, refuse, type Script, say, use } from './reply.ts';

/** Which agents of a plan behave how badly. */
export interface Faulty {
  /** Calls tools for ever. */
  endless?: string;
  /** Its model's answer never comes, however often it is started: it keeps its place at work until its workflow ends. */
  silent?: string;
  /** Says that it is done, and has written nothing. */
  idle?: string;
  /** Answer at great length. */
  flooding?: readonly string[];
}

const FLOOD = 'I found a great many things. '.repeat(690);

/** Agents that do what `work` does, but for these. */
export function misbehave(work: Script, { endless, silent, idle, flooding = [] }: Faulty): Script {
  return async (call) => {
    const id = idOf(call);
    if (id === endless) return use(['Bash', { command: 'pwd', description: 'Look around' }]);
    if (id === silent) return createGate().passed.then(() => say(''));
    if (id === idle) return say('Done. I wrote nothing.');
    const reply = await work(call);
    return flooding.includes(id) && !isRefusal(reply) && reply.text !== undefined ? say(FLOOD) : reply;
  };
}

/** Refuses every other call of every agent for its rate: the client tries it again by itself. */
export function refuseHalf(agent: Script): Script {
  const tries = new Map<string | undefined, number>();
  return (call) => {
    const count = (tries.get(call.agentId) ?? 0) + 1;
    tries.set(call.agentId, count);
    return count % 2 === 1 ? refuse(429) : agent(call);
  };
}

/** Also of an agent that has yet to fetch its prompt. */
function idOf(call: Call): string {
  return /`sao prompt \S+ (\S+) --start`/.exec(call.task)?.[1] ?? assignmentOf(call).id;
}
