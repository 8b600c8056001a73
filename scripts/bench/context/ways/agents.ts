import type { Call } from '../../../../tests/client/harness/call.ts';
import { assignmentOf, doWork } from '../../../../tests/client/harness/orchestra.ts';
import { type Reply, say } from '../../../../tests/client/harness/reply.ts';
import { summaryOf } from '../project.ts';

/** Agents that do their work; a coordinator whose answer goes to the parent sums up in this many characters. */
export function agentThatSums(characters: number): (call: Call) => Reply {
  return (call) => {
    const answer = doWork(call);
    if (answer.text === undefined || answer.tools !== undefined) return answer;
    return isSummary(call) ? say(summaryOf(characters)) : answer;
  };
}

function isSummary(call: Call): boolean {
  const { role, id } = assignmentOf(call);
  return role === 'coordinator' && !/\.\d+\.\d+$/.test(id);
}
