import { readRunState } from '../../run/ledger/run-state.io.ts';
import { appendEvents } from '../../run/ledger/store.io.ts';
import { type HookAnswer, type HookInput, replaceOutput } from './protocol.ts';
import { runsOf } from './who.io.ts';

/** The fields of a Workflow receipt that the model needs; the others (paths of script and transcripts) cost it 230 tokens. */
const KEPT_FIELDS = ['status', 'taskId', 'taskType', 'workflowName', 'error', 'warning'];

/** Shortens the receipt of a run's own workflow: `sao next` resumes it, so the model never edits or restarts its script. */
export function onWorkflowStarted(
  input: HookInput,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): HookAnswer {
  const { tool_response: receipt, tool_use_id: call } = input;
  if (call === undefined || typeof receipt !== 'object' || receipt === null) return undefined;
  const run = runsOf(input, env).find((dir) => readRunState(dir).workflow?.toolUse === call);
  if (run === undefined || !('taskId' in receipt)) return undefined;
  // From now on no agent of another script is taken for one of this workflow.
  if ('runId' in receipt && typeof receipt.runId === 'string')
    appendEvents(run, [{ type: 'workflow-launched', folder: receipt.runId }], now);
  return replaceOutput(
    Object.fromEntries(Object.entries(receipt).filter(([field]) => KEPT_FIELDS.includes(field))),
  );
}
