import { bash, followAction } from '../../../../tests/client/harness/orchestra.ts';
import { say } from '../../../../tests/client/harness/reply.ts';
import { writePlanText } from '../project.ts';
import type { Way } from '../stage.ts';
import { agentThatSums } from './agents.ts';

export const TASK = 'Audit the sample service before its release';

/** Our own command, followed to the letter; the engine chooses the driver unless one is forced. */
export function ours(name: string, summary: number, driver?: string): Way {
  const force = driver === undefined ? '' : ` --driver ${driver}`;
  return {
    name,
    prompt: `/scaled-agent-orchestration ${TASK}`,
    plugin: true,
    yes: 'yes',
    parent(call) {
      const output = call.results.map(({ text }) => text).join('\n');
      if (call.turn === 0)
        return bash(`sao plan --new <<'PLAN'\n${writePlanText(TASK)}\nPLAN`, 'Check the plan');
      if (call.turn === 1) return say(`${output.split('\n')[0]?.slice(26)}. Shall I start?`);
      if (call.turn === 2) return bash(`sao next --confirm${force}`, 'Start the run');
      return followAction(output);
    },
    agent: agentThatSums(summary),
    isLast: ({ text }) => text?.startsWith('Finished.') ?? false,
  };
}
