import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindSession } from '../../../../src/run/ledger/sessions.io.ts';
import { appendEvents } from '../../../../src/run/ledger/store.io.ts';
import { answerHook } from '../../../../src/session/hooks/main.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const RECEIPT = {
  status: 'async_launched',
  taskId: 'w1',
  taskType: 'local_workflow',
  workflowName: 'sao-run',
  runId: 'wf_1',
  summary: 'sao',
  transcriptDir: '/home/u/.claude/projects/p/s/subagents/workflows/wf_1',
  scriptPath: '/home/u/p/.orchestration/runs/1.js',
};

/** The hook's answer to the receipt of a Workflow call, in a session whose run started the workflow of `toolu_1`. */
async function answerTo(call: string, receipt: unknown): Promise<unknown> {
  const root = makeScratch();
  const dir = join(root, '20260314-101500-9f3a1c07');
  mkdirSync(dir);
  writeFileSync(join(dir, 'run.json'), '{}');
  appendEvents(dir, [{ type: 'workflow-started', session: 's', toolUse: 'toolu_1' }], new Date(0));
  bindSession(root, 's', dir);
  const input = { hook_event_name: 'PostToolUse', session_id: 's', cwd: root, tool_name: 'Workflow' };
  return answerHook(
    { ...input, tool_use_id: call, tool_response: receipt },
    { SAO_RUNS_DIR: root },
    new Date(0),
  );
}

describe('the receipt of a Workflow call', () => {
  it('keeps what the model needs if the run started it', async () => {
    expect(await answerTo('toolu_1', RECEIPT)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PostToolUse',
        updatedToolOutput: {
          status: 'async_launched',
          taskId: 'w1',
          taskType: 'local_workflow',
          workflowName: 'sao-run',
        },
      },
    });
  });

  it('keeps the fault of a script', async () => {
    const answer = await answerTo('toolu_1', { ...RECEIPT, error: 'line 1' });
    expect(answer).toMatchObject({ hookSpecificOutput: { updatedToolOutput: { error: 'line 1' } } });
  });

  it.each([
    ['of another workflow', 'toolu_2', RECEIPT],
    ['in another form', 'toolu_1', 'launched'],
    ['without a task', 'toolu_1', { scriptPath: '/x.js' }],
  ])('stays as it is: %s', async (_, call, receipt) => {
    expect(await answerTo(call, receipt)).toBeUndefined();
  });
});
