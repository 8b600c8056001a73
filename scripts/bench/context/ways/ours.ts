import { misbehave, refuseHalf } from '../../../../tests/client/harness/faults.ts';
import { bash, followAction } from '../../../../tests/client/harness/orchestra.ts';
import { say } from '../../../../tests/client/harness/reply.ts';
import { writePlanText } from '../project.ts';
import type { Way } from '../stage.ts';
import { agentThatSums } from './agents.ts';

export const TASK = 'Audit the sample service before its release';

/** The agents of a run that meets every fault at once: half of all calls refused for their rate, and these. */
const FAULTY = { endless: 'a1', idle: 'b2', flooding: ['c3', 'tests'] };

export interface Choice {
  /** The engine chooses unless one is forced. */
  driver?: string;
  faults?: boolean;
}

/** Our own command, followed to the letter. */
export function ours(name: string, summary: number, { driver, faults = false }: Choice): Way {
  const force = driver === undefined ? '' : ` --driver ${driver}`;
  const plan = writePlanText(TASK, faults ? 5 : undefined);
  const agent = agentThatSums(summary);
  // A call that is never answered holds the turn of whoever waits for it, and only a workflow goes on beside it.
  const faulty = driver === 'workflow' ? { ...FAULTY, silent: 'd4' } : FAULTY;
  return {
    name,
    prompt: `/scaled-agent-orchestration ${TASK}`,
    plugin: true,
    // Elsewhere a refused call is an error of the script: it is not tried again.
    env: faults ? { CLAUDE_CODE_MAX_RETRIES: '2' } : {},
    yes: 'yes',
    parent(call) {
      const output = call.results.map(({ text }) => text).join('\n');
      if (call.turn === 0) return bash(`sao plan --new <<'PLAN'\n${plan}\nPLAN`, 'Check the plan');
      if (call.turn === 1) return say(`${output.split('\n')[0]?.slice(26)}. Shall I start?`);
      if (call.turn === 2) return bash(`sao next --confirm${force}`, 'Start the run');
      return followAction(output);
    },
    agent: faults ? refuseHalf(misbehave(agent, faulty)) : agent,
    expects: faults ? `gaps: a1, b2${driver === 'workflow' ? ', d4' : ''}` : 'agents done;',
  };
}
