import type { Call } from './call.ts';
import { blocksOf, textOf } from './messages.ts';
import { type Answer, say, use } from './reply.ts';

/** The plan that the scripted parent writes: 12 workers in 3 domains. */
export const PLAN = {
  version: 1,
  task: 'Audit the sample project',
  domains: ['security', 'speed', 'tests'].map((id) => ({
    id,
    workers: [1, 2, 3, 4].map((n) => ({ task: `List part ${n} of what matters for ${id}`, model: 'haiku' })),
  })),
};

/** A parent that follows the command exactly: init, plan, confirm, then each action that `sao next` prints. */
export function followCommand(plan: unknown = PLAN, driver: string | null = 'agent'): (call: Call) => Answer {
  return (call) => {
    const output = call.results.map(({ text }) => text).join('\n');
    if (call.turn === 0) return bash('sao init --task "Audit the sample project"');
    const run = runIn(call);
    if (call.turn === 1) return bash(`sao plan ${run} - <<'PLAN'\n${JSON.stringify(plan)}\nPLAN`);
    if (call.turn === 2)
      return bash(`sao next ${run} --confirm${driver === null ? '' : ` --driver ${driver}`}`);
    return followAction(output, run);
  };
}

/** A new conversation that resumes the project's run. */
export function takeUp(): (call: Call) => Answer {
  return (call) =>
    call.turn === 0
      ? bash('sao next')
      : followAction(call.results.map(({ text }) => text).join('\n'), runIn(call));
}

export function bash(command: string, description = 'Ask what is next'): Answer {
  return use(['Bash', { command, description }]);
}

/** Does the one action that `sao next` printed. */
export function followAction(output: string, run = ''): Answer {
  const action = /^(\w+)/.exec(output)?.[1];
  const command = /^\$ (.*)$/m.exec(output)?.[1];
  const agents = agentCalls(output);
  if (agents.length > 0 && /^(dispatch|retry|coordinate)$/.test(action ?? '')) return use(...agents);
  const script = /^scriptPath: (.*)$/m.exec(output)?.[1];
  if (action === 'workflow' && script !== undefined) return use(['Workflow', { scriptPath: script }]);
  // The launch receipt of a workflow, or `wait` without a command: the notification starts the next turn.
  if (output.startsWith('Workflow launched') || (action === 'wait' && command === undefined))
    return say('Waiting.');
  if (action === 'ask' || action === 'halted') return say(output);
  if (action === 'done') return say(`Finished. ${output.replace(/; report: .*/s, '')}`);
  if (command !== undefined && /^(report|wait|run|confirm)$/.test(action ?? '')) return bash(command);
  return bash(`sao next ${run}`.trim());
}

/** The calls of the Agent tool that an action asks for. */
export function agentCalls(output: string): [string, Record<string, unknown>][] {
  const one = /^- ([\w.-]+): (".*")$/m.exec(output);
  if (one) return [agentCall(one[1] ?? '', JSON.parse(one[2] ?? '""') as string)];
  const [, prompt = '', ids = ''] = /^(sao:\S+\/ID\n.*)\nIDs: (.*)$/m.exec(output) ?? [];
  return ids === '' ? [] : ids.split(', ').map((id) => agentCall(id, prompt.replace(/\bID\b/g, id)));
}

function agentCall(id: string, prompt: string): [string, Record<string, unknown>] {
  return ['Agent', { description: id, prompt, subagent_type: 'general-purpose' }];
}

/** The id of the run that a conversation works on. */
export function runIn(call: Call): string {
  const text = JSON.stringify(call.messages);
  return /\d{8}-\d{6}-[0-9a-f]{8}/.exec(text)?.[0] ?? '';
}

/** The assignment of a scripted subagent, read from its prompt. */
export interface Assignment {
  role: 'worker' | 'coordinator';
  /** The file that it must write. */
  output: string;
  /** The files that a coordinator must read. */
  inputs: string[];
  id: string;
}

export function readAssignment(task: string): Assignment {
  const output = /^\s*`(\/\S+\.md)`\s*$/m.exec(task)?.[1] ?? '';
  const inputs = [...task.matchAll(/^\s*- (\/\S+\.md) \(/gm)].map((match) => match[1] ?? '');
  const id = /([^/]+)\.md$/.exec(output)?.[1] ?? '';
  return { role: output.includes('/synthesis/') ? 'coordinator' : 'worker', output, inputs, id };
}

/** Reads the assignment from a given prompt or from one that the agent fetched. */
export function assignmentOf(call: Call): Assignment {
  const own = readAssignment(call.task);
  if (own.output !== '') return own;
  const texts = call.messages
    .flatMap(({ content }) => blocksOf(content))
    .map((block) => (block.type === 'tool_result' ? textOf(block.content) : ''));
  // The Read tool puts a number in front of each line.
  const fetched = texts.find((text) => text.includes('## Your file')) ?? '';
  return readAssignment(fetched.replace(/^ *\d+[\t→]/gm, ''));
}

export function goodFile(id: string): string {
  return `# ${id}\n\nLooked at everything.\n\n## Findings\n- [major] Thing of ${id} — src/${id}.ts:3 — fix it\n\n<!-- DONE -->\n`;
}

/** A coordinator that dispatches its own workers: it asks, does the one action and asks again. */
function runDomain(call: Call, command: string, fileOf: (id: string) => string): Answer {
  const { output, id } = readAssignment(call.task);
  const text = call.results.map((result) => result.text).join('\n');
  const said = /^(dispatch|wait|coordinate|halted)\b/.exec(text)?.[1];
  if (said === 'dispatch') return use(...agentCalls(text));
  if (said === 'wait') return bash(/^\$ (.*)$/m.exec(text)?.[1] ?? command);
  if (said === 'halted') return say('Failed. It is halted.');
  if (said === 'coordinate') {
    const files = [...text.matchAll(/^- (\/\S+\.md) \(/gm)].map((match) => match[1] ?? '');
    const read = files.map((path): [string, Record<string, unknown>] => ['Read', { file_path: path }]);
    return read.length > 0 ? use(...read) : use(['Write', { file_path: output, content: fileOf(id) }]);
  }
  if (isAnswerTo(call, 'Read')) return use(['Write', { file_path: output, content: fileOf(id) }]);
  if (isAnswerTo(call, 'Write')) return say(`Top findings of ${id}: one thing in each part.`);
  return bash(command);
}

/** Whether the latest tool results are of this tool. */
function isAnswerTo(call: Call, tool: string): boolean {
  const last = call.messages.filter(({ role }) => role === 'assistant').at(-1);
  return blocksOf(last?.content).some((block) => block.type === 'tool_use' && block.name === tool);
}

/** An agent that reads its inputs, writes its file and answers as its prompt says. */
export function doWork(call: Call, fileOf = goodFile): Answer {
  const domain = /`(sao next \S+ --domain \S+)`/.exec(call.task)?.[1];
  if (domain !== undefined) return runDomain(call, domain, fileOf);
  const fetch = /^\s*Read `(\/\S+\/prompts\/\S+\.md)`/m.exec(call.task)?.[1];
  if (fetch !== undefined && call.turn === 0) return use(['Read', { file_path: fetch }]);
  const turn = fetch === undefined ? call.turn : call.turn - 1;
  const { role, output, inputs, id } = assignmentOf(call);
  if (inputs.length > 0 && turn === 0) {
    return use(...inputs.map((path): [string, Record<string, unknown>] => ['Read', { file_path: path }]));
  }
  if (turn === (inputs.length > 0 ? 1 : 0)) return use(['Write', { file_path: output, content: fileOf(id) }]);
  return say(
    role === 'worker' ? `Done. One finding in ${id}.` : `Top findings of ${id}: one thing in each part.`,
  );
}
