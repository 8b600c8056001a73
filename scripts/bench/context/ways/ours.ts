import { type Faulty, misbehave, refuseHalf } from '../../../../tests/client/harness/faults.ts';
import { bash, followAction } from '../../../../tests/client/harness/orchestra.ts';
import { say } from '../../../../tests/client/harness/reply.ts';
import { FIVE_DOMAINS, writeLongPlanText, writePlanText } from '../project.ts';
import type { Way } from '../stage.ts';
import { agentThatSums } from './agents.ts';

export const TASK = 'Audit the sample service before its release';

/** What the agents of a run meet. */
export type Faults = 'none' | 'all' | 'silence';

/** With the reason why the run is not whole, in the words of its end. */
const FAULTY: Record<Faults, { agents: Faulty; gaps: string }> = {
  none: { agents: {}, gaps: 'agents done;' },
  // Half of all calls are refused for their rate beside these.
  all: { agents: { endless: 'a1', idle: 'b2', flooding: ['c3', 'tests'] }, gaps: 'gaps: a1, b2;' },
  silence: { agents: { silent: 'b2' }, gaps: 'gaps: b2;' },
};

export interface Choice {
  /** The engine chooses unless one is forced. */
  driver?: string;
  faults?: Faults;
  /** Every worker is written into the plan, so many of them. */
  writtenOut?: number;
}

/** Our own command, followed to the letter. */
export function ours(name: string, summary: number, { driver, faults = 'none', writtenOut }: Choice): Way {
  const force = driver === undefined ? '' : ` --driver ${driver}`;
  const plan =
    writtenOut === undefined
      ? writePlanText(TASK, faults === 'none' ? undefined : 5)
      : writeLongPlanText(TASK, writtenOut);
  const { agents, gaps } = FAULTY[faults];
  const agent = misbehave(agentThatSums(summary), agents);
  return {
    name,
    prompt: `/scaled-agent-orchestration ${TASK}`,
    plugin: true,
    // Elsewhere a refused call is an error of the script: it is not tried again.
    env: faults === 'all' ? { CLAUDE_CODE_MAX_RETRIES: '2' } : {},
    yes: 'yes',
    parent(call) {
      const output = call.results.map(({ text }) => text).join('\n');
      if (call.turn === 0) return bash(`sao plan --new <<'PLAN'\n${plan}\nPLAN`, 'Check the plan');
      if (call.turn === 1) return say(`${output.slice(26)}\nShall I start?`);
      if (call.turn === 2) return bash(`sao next --confirm${force}`, 'Start the run');
      return followAction(output);
    },
    agent: faults === 'all' ? refuseHalf(agent) : agent,
    expects: gaps,
  };
}

/** Our own command up to its question, which the user never answers: five domains are shown. */
export function showPlan(name: string): Way {
  return {
    name,
    prompt: `/scaled-agent-orchestration ${TASK}`,
    plugin: true,
    parent(call) {
      const output = call.results.map(({ text }) => text).join('\n');
      return call.turn === 0
        ? bash(
            `sao plan --new <<'PLAN'\n${writePlanText(TASK, undefined, FIVE_DOMAINS)}\nPLAN`,
            'Check the plan',
          )
        : say(`Finished. ${output.slice(26)}\nShall I start?`);
    },
    agent: () => say('An agent without a run.'),
    expects: '- docs, ',
  };
}
