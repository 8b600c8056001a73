import { join } from 'node:path';
import { fenceData } from '../findings/plain-text.ts';
import type { Snapshot } from '../run/dispatch/standing.ts';
import type { Plan, PlannedAgent } from '../run/ledger/manifest.ts';
import { isChanged } from '../run/outputs/check.ts';
import { insideOf, readOutput } from '../run/outputs/output.io.ts';
import { fillTemplate } from '../run/prompt/template.ts';
import { loadTemplate } from '../run/prompt/templates.io.ts';

/** What a program that may have no tools gets in its prompt: how it is run and, for a coordinator, its files as data. */
export function addForProgram(prompt: string, snapshot: Snapshot, plan: Plan, agent: PlannedAgent): string {
  const { dir } = snapshot;
  const output = join(dir, agent.output);
  const whole =
    prompt + fillTemplate(loadTemplate('additions/answer-on-stdout'), { output_file_path: output });
  if (agent.inputs.length === 0) return whole;
  const inputs = readInputs(snapshot, plan, agent).map(({ id, text }) => fenceData(id, text));
  return whole + fillTemplate(loadTemplate('additions/inputs'), { inputs: inputs.join('\n') });
}

export interface Input {
  agent: PlannedAgent;
  id: string;
  /** The text of the file; empty if it is missing or was changed after it was accepted; head and tail of a very large file. */
  text: string;
}

/** What a coordinator reads, in plan order. */
export function readInputs({ dir, state }: Snapshot, plan: Plan, { inputs }: PlannedAgent): Input[] {
  const isInside = insideOf(dir);
  return plan.agents
    .filter(({ id }) => inputs.includes(id))
    .map((agent) => {
      const path = join(dir, agent.output);
      const accepted = state.agents.get(agent.id)?.accepted;
      const file = isInside(path) ? readOutput(path, accepted !== undefined) : undefined;
      return { agent, id: agent.id, text: file && !isChanged(file, accepted) ? wholeText(file) : '' };
    });
}

function wholeText({ head, tail, whole }: { head: string; tail: string; whole: boolean }): string {
  return whole ? head : `${head}\n[… the middle is left out …]\n${tail}`;
}
