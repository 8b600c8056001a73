import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindSession } from '../../../../src/run/ledger/sessions.io.ts';
import { readAgentTranscript } from '../../../../src/session/hooks/agent-transcript.io.ts';
import { answerHook } from '../../../../src/session/hooks/main.ts';
import { Bench, domainsOf, findBuild } from '../../../harness/sao.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { deniedLine, resultLine, toolLine, typedLine } from '../../../harness/transcripts.ts';

const built = findBuild();

function transcriptOf(...lines: string[]): string {
  const path = join(makeScratch(), 'agent-x.jsonl');
  writeFileSync(path, lines.join(''));
  return path;
}
const deniedIn = (...lines: string[]) => readAgentTranscript(transcriptOf(...lines)).denied;

describe('the transcript of an agent', () => {
  it('shows the tool calls that were not permitted, with their input', () => {
    expect(
      deniedIn(
        typedLine('Test the project'),
        toolLine('t1', 'Bash', { command: 'npm test' }),
        deniedLine('t1', 'This command requires approval', 'user-rejected'),
        toolLine('t2', 'Bash', { command: 'ls' }),
        resultLine('t2', 'README.md'),
        toolLine('t3', 'WebFetch', { url: 'https://example.com' }),
        deniedLine('t3', 'Denied by the rules of the company', 'permission-rule'),
      ),
    ).toEqual([
      { name: 'Bash', input: { command: 'npm test' } },
      { name: 'WebFetch', input: { url: 'https://example.com' } },
    ]);
  });

  it.each([
    'Permission to use Bash with command npm test has been denied.',
    "Claude requested permissions to use Bash, but you haven't granted it yet.",
    'Permission for this action has been denied. Reason: it deploys',
    "The user doesn't want to proceed with this tool use. The tool use was rejected.",
  ])('of an older client shows them by its words: %s', (text) => {
    const call = toolLine('t1', 'Bash', { command: 'npm test' });
    expect(deniedIn(call, resultLine('t1', text, true))).toEqual([
      { name: 'Bash', input: { command: 'npm test' } },
    ]);
    // The words alone are none: a file or a program may contain them.
    expect(deniedIn(call, resultLine('t1', text))).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['a command that failed', [resultLine('t1', 'Exit code 1\nEACCES: permission denied', true)]],
    ['an interrupted call', [deniedLine('t1', 'Interrupted', 'interrupted')]],
    ['a call that is not in the transcript', [deniedLine('t9', 'No', 'user-rejected')]],
    ['a torn line', [deniedLine('t1', 'No', 'user-rejected').slice(0, -20)]],
  ])('takes %s for none', (_, lines) => {
    expect(deniedIn(toolLine('t1', 'Bash', { command: 'npm test' }), ...lines)).toEqual([]);
  });

  it('that is missing shows nothing', () => {
    expect(readAgentTranscript(undefined)).toEqual({ denied: [] });
    expect(readAgentTranscript('/nonexistent')).toEqual({ denied: [] });
  });
});

it('tools that an agent of a session was not permitted to use stand in the ledger, status and report', async () => {
  const bench = new Bench(built.path, { CLAUDE_CODE_SESSION_ID: 's' });
  const run = bench.plan(domainsOf([2]));
  bindSession(join(bench.home, 'runs'), 's', run.dir);
  for (const id of ['a1', 'a2']) {
    bench.callWarm('prompt', run.id, id, '--start');
    mkdirSync(join(run.dir, 'workers'), { recursive: true });
    writeFileSync(join(run.dir, `workers/${id}.md`), `# ${id}\n\nAll tests pass.\n\n<!-- DONE -->\n`);
    const lines =
      id === 'a1'
        ? [
            toolLine('t1', 'Bash', { command: 'npm test' }),
            deniedLine('t1', 'This command requires approval', 'user-rejected'),
          ]
        : [];
    const input = {
      hook_event_name: 'SubagentStop',
      session_id: 's',
      cwd: bench.project,
      agent_transcript_path: transcriptOf(...lines),
      last_assistant_message: 'Done. All tests pass.',
    };
    await answerHook(input, { ...bench.env, SAO_AGENT_ID: id, SAO_RUN_DIR: run.dir }, new Date());
  }
  const ended = run.ledger().filter((entry) => entry.type === 'returned');
  expect(ended).toMatchObject([
    { agent: 'a1', verdict: 'done', denied: ['Bash: npm test'] },
    { agent: 'a2' },
  ]);
  expect(ended[1]).not.toHaveProperty('denied');
  expect(bench.callWarm('status', run.id).stdout).toContain('denied tools: a1 (Bash: npm test)');
  bench.callWarm('report', run.id);
  expect(run.output('report.md')).toContain(
    'a1 was not permitted to use: Bash: npm test. What it says about them is not proved.',
  );
});
