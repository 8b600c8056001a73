import type { Call } from './call.ts';
import { assignmentOf, doWork } from './orchestra.ts';
import { type Answer, say } from './reply.ts';

export const START = '/scaled-agent-orchestration Audit the sample project';
const DOMAINS = { security: 8, speed: 8, errors: 7, tests: 7 };
/** 30 workers and 4 coordinators, as in the benchmark; each worker has so many seconds. */
export const planOf = (timeout?: number) => ({
  version: 1,
  domains: Object.entries(DOMAINS).map(([id, size]) => ({
    id,
    workers: [
      {
        each: Array.from({ length: size }, (_, n) => `part ${n + 1}`),
        task: `List {item} of ${id}`,
        model: 'haiku',
        timeout,
      },
    ],
  })),
});

const SUMMARY = 'What matters most here is this, and then that; the rest is in the file. '.repeat(25);

/** An agent that does its work, and coordinators that say as much as they may. */
export function workAtLength(call: Call): Answer {
  const answer = doWork(call);
  const isSummary = assignmentOf(call).role === 'coordinator' && answer.text !== undefined;
  return isSummary && answer.tools === undefined ? say(SUMMARY) : answer;
}
