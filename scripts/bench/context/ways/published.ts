import type { Call } from '../../../../tests/client/harness/call.ts';
import { bash } from '../../../../tests/client/harness/orchestra.ts';
import { type Answer, say, use } from '../../../../tests/client/harness/reply.ts';
import { DOMAINS, filesOf } from '../project.ts';
import type { Way } from '../stage.ts';
import { agentThatSums } from './agents.ts';
import { notified, started } from './flat.ts';

/** The published plugin's command is 3,800 tokens on invoke; of its text only the length matters here. */
const COMMAND_CHARACTERS = 15_200;
const WAVE = 8;

interface Job {
  id: string;
  prompt: string;
  model: string;
}

/**
 * The published plugin's procedure (version 2), rebuilt step by step: filled templates in background Agent calls, waves of 8, each
 * wave verified by a shell loop, then the coordinators in the foreground.
 */
export function published(summary: number, workers: number, runs: string): Way {
  const jobs = jobsOf(workers, runs);
  const waves = Array.from({ length: Math.ceil(jobs.length / WAVE) }, (_, n) =>
    jobs.slice(n * WAVE, (n + 1) * WAVE),
  );
  let wave = 0;
  let done = 0;
  const setUp = (): Answer =>
    bash(
      `RUN_ID="$(date +%Y%m%d-%H%M%S)-$(openssl rand -hex 4)"\nmkdir -p "${runs}"/{workers,synthesis}`,
      'Set up',
    );
  const dispatch = (): Answer => {
    const jobs = waves[wave++] ?? [];
    return use(...jobs.map((job) => agentCall(job, true)));
  };
  const coordinate = (): Answer =>
    use(...DOMAINS.map((_, index) => agentCall(coordinatorOf(index, workers, runs), false)));
  // Each wave is dispatched, waited for and verified by itself.
  const steps = [setUp, ...waves.flatMap((jobs) => [dispatch, () => bash(verifyLoop(jobs, runs), 'Verify')])];
  const parent = (call: Call): Answer => {
    if (new Set(notified(call)).size < started(call)) return say('Waiting for the wave.');
    const step = [...steps, coordinate][done++];
    return step ? step() : say('Finished. The summaries are above.');
  };
  return {
    name: 'the published plugin’s procedure',
    prompt: `${'Follow this procedure to the letter, step by step. '.repeat(COMMAND_CHARACTERS / 51).padEnd(COMMAND_CHARACTERS, '.')}`,
    plugin: false,
    parent,
    agent: agentThatSums(summary),
  };
}

function agentCall({ id, prompt, model }: Job, background: boolean): [string, Record<string, unknown>] {
  return [
    'Agent',
    { description: id, prompt, subagent_type: 'general-purpose', model, run_in_background: background },
  ];
}

function jobsOf(workers: number, runs: string): Job[] {
  return DOMAINS.flatMap(({ id, model, task }, index) =>
    filesOf(workers, index).map((file, n) => ({
      id: `${id}-${n + 1}`,
      model,
      prompt: workerPrompt(task.replace('{item}', file), file, `${runs}/workers/${id}-${n + 1}.md`),
    })),
  );
}

const workerPrompt = (
  task: string,
  scope: string,
  path: string,
) => `You are a worker agent with one narrow task.

## Your task
${task}

## Scope
Only ${scope}. Do not look at anything else.

## Tools
Read, Grep, Glob, Write

## Output
Write ALL findings to exactly this file:

\`${path}\`

Use this structure: a heading with the name of the task, a summary, the findings as bullets with severity, file and line, and
recommendations. The very last line of the file must be exactly <!-- DONE -->.

## Return
After you have written the file, return ONLY one sentence: "Done. <one sentence>" or "Failed. <reason>". Do NOT return your findings.`;

function coordinatorOf(index: number, workers: number, runs: string): Job {
  const id = DOMAINS[index]?.id ?? '';
  const files = filesOf(workers, index).map(
    (_, n) => `- ${runs}/workers/${id}-${n + 1}.md (Worker ${n + 1})`,
  );
  return {
    id: `coord-${id}`,
    model: 'sonnet',
    prompt: `You are the coordinator of the domain ${id}. Read exactly these worker files:\n\n${files.join('\n')}\n\nWrite a synthesis of all findings, ranked by severity, to exactly this file, with <!-- DONE --> as its last line:\n\n\`${runs}/synthesis/${id}.md\`\n\nReturn ONLY the top three findings and the gaps, under 300 words.`,
  };
}

function verifyLoop(wave: readonly Job[], runs: string): string {
  const files = wave.map(({ id }) => `${runs}/workers/${id}.md`).join(' ');
  return `for f in ${files}; do\n  [ -f "$f" ] || { echo "MISSING: $f"; continue; }\n  tail -1 "$f" | grep -q "DONE" || echo "INCOMPLETE: $f"\ndone`;
}
