import type { Call } from '../../../../tests/client/harness/call.ts';
import { say, use } from '../../../../tests/client/harness/reply.ts';
import { DOMAINS, filesOf } from '../project.ts';
import type { Way } from '../stage.ts';
import { agentThatSums } from './agents.ts';

const PROMPT = `Audit the sample service: use a workflow with one agent a file, four coordinators, files in`;

/** The client's own Workflow tool, its script written by the parent after it has loaded the tool's reference. */
export function inline(summary: number, workers: number, runs: string): Way {
  return {
    name: 'native Workflow, script written inline',
    prompt: `${PROMPT} ${runs}`,
    plugin: false,
    parent(call) {
      if (call.turn === 0) return use(['Skill', { skill: 'workflow-authoring' }]);
      if (call.turn === 1) return use(['Workflow', { script: writeScript(workers, runs) }]);
      return isEnded(call) ? say('Finished. The summaries are above.') : say('Waiting.');
    },
    agent: agentThatSums(summary),
  };
}

function isEnded(call: Call): boolean {
  return call.newest.includes('<task-notification>');
}

/** As short as a script that does the same can be: one entry a file, waves of 8, files as the bus. */
function writeScript(workers: number, runs: string): string {
  const domains = DOMAINS.map(
    ({ id, model, task }, index) =>
      `  { id: '${id}', model: '${model}', task: '${task.replace('{item}', '')}', files: ${JSON.stringify(filesOf(workers, index))} },`,
  );
  return `export const meta = { name: 'audit', description: 'Audit the sample service', phases: [{ title: 'Work' }, { title: 'Coordinate' }] };
const domains = [
${domains.join('\n')}
];
const place = (id) => \`${runs}/workers/\${id}.md\`;
const work = domains.flatMap((d) => d.files.map((file, n) => ({ ...d, file, id: \`\${d.id}-\${n + 1}\` })));
for (let at = 0; at < work.length; at += 8) {
  await parallel(work.slice(at, at + 8).map((w) => () => agent(
    \`\${w.task} \${w.file}. Write what you find to exactly this file, with <!-- DONE --> as its last line:\\n\\n\\\`\${place(w.id)}\\\`\\n\\nThen answer with ONE line: Done. <one sentence>\`,
    { label: w.id, phase: 'Work', model: w.model })));
}
const summaries = await parallel(domains.map((d) => () => agent(
  \`Bring together what the workers of \${d.id} found. Read exactly these files:\\n\${d.files.map((_, n) => \`- \${place(\`\${d.id}-\${n + 1}\`)} (\${d.id}-\${n + 1})\`).join('\\n')}\\nWrite a synthesis to exactly this file, with <!-- DONE --> as its last line:\\n\\n\\\`${runs}/synthesis/\${d.id}.md\\\`\\n\\nThen answer with the top three findings and the gaps, under 300 words.\`,
  { label: \`coord-\${d.id}\`, phase: 'Coordinate', model: 'sonnet' })));
return summaries.join('\\n\\n');
`;
}
