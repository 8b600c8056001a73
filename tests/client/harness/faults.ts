import type { Call } from './call.ts';
import { assignmentOf } from './orchestra.ts';
import { createGate, isRefusal, refuse, type Script, say, use } from './reply.ts';

/** Faulty agents of a plan, by kind of fault. */
export interface Faulty {
  /** Calls tools without end. */
  endless?: string;
  /** Its model never answers, at any attempt, so it occupies a slot until its workflow ends. */
  silent?: string;
  /** Claims to be done without writing its file. */
  idle?: string;
  /** Return very long answers. */
  flooding?: readonly string[];
}

const FLOOD = 'I found a great many things. '.repeat(690);

/** Agents that behave like `work`, except the faulty ones. */
export function misbehave(work: Script, { endless, silent, idle, flooding = [] }: Faulty): Script {
  return async (call) => {
    const id = idOf(call);
    if (id === endless) return use(['Read', { file_path: 'src/a.ts' }]);
    if (id === silent) return createGate().passed.then(() => say(''));
    if (id === idle) return say('Done. I wrote nothing.');
    const reply = await work(call);
    return flooding.includes(id) && !isRefusal(reply) && reply.text !== undefined ? say(FLOOD) : reply;
  };
}

/** Refuses every second call of each agent with a rate limit; the client retries it. */
export function refuseHalf(agent: Script): Script {
  const tries = new Map<string | undefined, number>();
  return (call) => {
    const count = (tries.get(call.agentId) ?? 0) + 1;
    tries.set(call.agentId, count);
    return count % 2 === 1 ? refuse(429) : agent(call);
  };
}

/** The id of an agent, also before it has fetched its prompt. */
function idOf(call: Call): string {
  return /`\S+\/prompts\/(\S+)\.md`/.exec(call.task)?.[1] ?? assignmentOf(call).id;
}
