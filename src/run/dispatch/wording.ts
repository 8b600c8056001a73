import type { FindingCounts } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { formatCounts } from '../../findings/severity-words.ts';
import { countOf } from '../../findings/words.ts';
import { type Failure, reject } from '../../system/result.ts';
import type { ContextCost } from '../cost/context-cost.ts';
import { formatDuration, formatTime } from '../ledger/duration.ts';
import type { RunMode } from '../ledger/manifest.ts';
import { quoteName } from '../ledger/names.ts';
import type { Hold } from '../ledger/service-state.ts';
import { type Gap, MAX_GAP_REASON } from './standing.ts';

/** Says why a run that has begun needs the confirmation again. */
const UNPROVED_START =
  'The ledger has dispatched agents, but no confirmation of the plan that counts: it is missing, was changed, is from an earlier version of sao, or is below what the user demands.';

/** Texts of `sao next` beside its action: short, because they use tokens of a model's context. */
export const nextActionTexts = {
  plan: () => 'Write a plan and give it to this command on stdin. `sao plan --help` shows the format.',
  confirm: (isUnderWay: boolean) =>
    `${isUnderWay ? `${UNPROVED_START} ` : ''}Show the user the lines below and ask whether to start. On a yes, run the command; on a change, run ${isUnderWay ? '`sao plan --new`' : '`sao plan` again'}.`,
  halted: (reason: string) => `The run is halted: ${reason}.`,
  report: () => 'Every agent is done or a gap. Write the report.',
  /** `whose`: the run and domain of a coordinator, because its session may have a newer run. */
  dispatch: (count: number, whose?: string) =>
    `Call Agent (Task) for ${count === 1 ? 'this agent, with exactly this prompt' : `these ${count} in one message, each with this prompt, ID being its id`}, in the foreground. Then \`sao next${whose === undefined ? '' : ` ${whose}`}\`.`,
  waitForRoom: () => 'Other domains use the capacity, or your workers are still running. Run the command.',
  ceiling: (run: string, { tokens, exact }: ContextCost, budget: number, isCheaper: boolean) =>
    [
      `This conversation has paid ${tokens} tokens${exact ? '' : ' (estimated)'} for the run; its ceiling is ${budget}. Nothing more is dispatched from here. Ask the user:`,
      ...(isCheaper ? [`- \`sao next ${run} --driver workflow\` runs the rest in one call, or`] : []),
      `- \`sao run ${run}\` in a shell runs it at no cost here, or`,
      `- \`sao next ${run} --budget ${2 * budget}\` raises the ceiling.`,
    ].join('\n'),
  stuck: () => 'the remaining agents wait for agents of a domain whose coordinator has ended',
  coordinate: (gaps: readonly Gap[]) =>
    `Read these files, write yours, and answer.${gaps.length > 0 ? ` Gaps: ${gaps.map(({ id, reason }) => `${id} (${plainText(reason, MAX_GAP_REASON)})`).join(', ')}.` : ''}`,
  workflow: () =>
    'Call Workflow with this scriptPath and end your turn; after its notification, `sao next`. If you cannot: `sao next --driver tiered`.',
  waitForWorkflow: () =>
    'The workflow is running. End your turn; its notification starts the next one. (No notification? Ask again in a minute.)',
  /** `isAlone`: nothing wakes the conversation when the agents have ended. */
  stopPolling: (isAlone: boolean) =>
    `Nothing has changed. Do not ask again now: end your turn${isAlone ? ', and tell the user that `sao next` continues the run' : '; the notification of the workflow starts the next one'}.`,
  waitForService: ({ until, kind, text }: Hold, now: number, run: string) =>
    kind === 'blip'
      ? `The service refuses agents for ${formatDuration(until - now)}. Run the command.`
      : `The account's limit is used up until ${formatTime(until, now)}${text === '' ? '' : `: ${text}`}. Nothing starts before. Tell the user and end your turn; \`sao next ${run}\` continues then.`,
  wait: (count: number) => `${count} still running. Run the command, then \`sao next\`.`,
  outlived: (count: number, run: string) =>
    `${countOf(count, 'agent')} of a killed runner still ${count === 1 ? 'works' : 'work'}; \`sao run ${run}\` in a terminal ends ${count === 1 ? 'it' : 'them'} and continues.`,
  run: (count: number, isApproved: boolean) =>
    `${countOf(count, 'command worker')} for the engine. Run the command${isApproved ? '' : ' (a human is asked first)'}, then \`sao next\`.`,
  underWay: (run: string, task: string) =>
    `Run ${run} (task: ${JSON.stringify(task)}) is active. \`sao next ${run}\` prints the next action; nothing is lost.`,
  unfinished: (run: string, task: string) =>
    `Run ${run} (task: ${JSON.stringify(task)}) in this project is unfinished. Only if the user wants it continued here: \`sao next ${run}\`.`,
  /** All agents of a run have ended; only its report is missing. */
  unreported: (run: string, task: string) =>
    `All agents of run ${run} (task: ${JSON.stringify(task)}) have ended. \`sao report ${run}\` writes its report.`,
  /** `agents`: how many; `domains`: one line for each. */
  askStart: (run: string, agents: string, domains: readonly string[]) =>
    [`START run ${run} with ${agents}?`, ...domains].join('\n'),
  /** For a client that a program drives: there the question becomes a refusal. */
  startWithoutTerminal: (run: string) =>
    `This client was started by a program, whose prompts are no human's word. A human starts the run with \`sao next ${run} --confirm\` in a shell, or allows it with "confirmPlans": "unattended" in the user's sao configuration.`,
  askCommands: (run: string, commands: readonly string[]) =>
    [`Run ${run} wants to run these commands on this machine:`, ...commands].join('\n'),
  done: (agents: number, gaps: readonly Gap[], findings: FindingCounts | undefined, dir: string) =>
    [
      `${agents - gaps.length} of ${agents} agents done`,
      ...(gaps.length > 0 ? [`gaps: ${gaps.map(({ id }) => id).join(', ')}`] : []),
      ...(findings ? [`findings: ${formatCounts(findings)}`] : []),
      `report: ${dir}/report.md`,
    ].join('; '),
};

/** The failure of every command that needs the plan of a run without one. */
export const rejectNoPlan = (run: string): Failure =>
  reject({
    code: 'run-without-plan',
    message: admissionErrors.noPlan(run),
    target: run,
    fix: `sao plan ${run} -`,
  });

/** The failure of every command that starts agents, or writes the script that does, before a human has confirmed the plan. */
export const rejectUnconfirmed = (run: string, isUnderWay: boolean): Failure =>
  reject({
    code: 'plan-unconfirmed',
    message: admissionErrors.unconfirmed(run, isUnderWay),
    target: run,
    fix: `sao next ${run} --confirm`,
  });

/** The failure of every command that starts agents of a plan that is not the accepted one. */
export const rejectChangedPlan = (run: string, mode: RunMode): Failure =>
  reject({
    code: 'plan-changed',
    message: `plan.json of run ${run} is not the plan that was accepted: it was changed in the run's folder, or an earlier version of sao recorded it with a short hash`,
    target: run,
    fix:
      mode !== 'build'
        ? 'plan the rest as a new run: sao plan --new -'
        : "restore plan.json from a backup; without one, move the run's folder away and continue from its branches: sao build --resume",
  });

/** Reasons why the hook or a runner does not start an agent, each with what to do. */
export const admissionErrors = {
  replaced: (id: string) => `Another attempt of ${id} has replaced this one.`,
  overdue: (id: string) => `${id} has reached its timeout.`,
  finished: (id: string) => `${id} has finished: its file was accepted, and nothing more is to be done.`,
  ended: (id: string, reason: string) => `This attempt of ${id} has ended: ${plainText(reason, 200)}.`,
  noRun: (run: string) => `There is no run ${run}. \`sao list\` shows the runs.`,
  noPlan: (run: string) => `Run ${run} has no plan. Run \`sao plan ${run} -\` first.`,
  unknown: (run: string, id: string) =>
    `Run ${run} has no agent "${id}". \`sao next ${run}\` names the agents to dispatch.`,
  /** `isUnderWay`: the ledger has dispatches, which prove no confirmation. */
  unconfirmed: (run: string, isUnderWay: boolean) =>
    `${isUnderWay ? UNPROVED_START : 'The user has not confirmed the plan.'} Show it, ask, then \`sao next ${run} --confirm\`.`,
  planChanged: (run: string) =>
    `plan.json of run ${run} is not the plan that was accepted: it was changed in the run's folder, or an earlier version of sao recorded it with a short hash. Nothing more is dispatched. Tell the user; a new run needs \`sao plan --new -\`.`,
  noHumanTurn: (run: string) =>
    `no human has answered since the plan of run ${run} was made, and only a human may start it`,
  agentConfirms: () => 'Only a human may start a plan, and an agent made this call.',
  halted: (run: string, reason: string) =>
    `Run ${run} is halted: ${reason}. \`sao run ${run}\` in a shell resumes it.`,
  command: (run: string, id: string) =>
    `${id} is a command worker: the engine runs it. \`sao next ${run}\` prints the command.`,
  done: (run: string, id: string) =>
    `${id} is done already; its file is valid. \`sao next ${run}\` prints the next action.`,
  running: (run: string, id: string) => `${id} is running already. Wait for it, then \`sao next ${run}\`.`,
  gap: (run: string, id: string) =>
    `${id} has used its last attempt and is a gap. \`sao retry ${run} ${id}\` grants one more.`,
  changed: (run: string, id: string) =>
    `The file of ${id} was changed after it was accepted, so it does not count. \`sao retry ${run} ${id}\` repeats the agent.`,
  notYours: (caller: string, id: string) =>
    `${caller} cannot dispatch ${id}: an agent starts no other agents; only a coordinator starts the workers of its own domain.`,
  undue: (run: string, id: string) =>
    `${id} cannot start yet: its dependencies are still running. \`sao next ${run}\` lists the agents that can.`,
  early: (run: string, id: string, wave: number) =>
    `${id} cannot start yet: wave ${wave} has not ended. \`sao next ${run}\` lists the agents that can.`,
  refused: (run: string, id: string, { until }: Hold, now: number) =>
    `The service refuses ${id} until ${formatTime(until, now)}. \`sao next ${run}\` says what to do.`,
  full: (run: string, id: string) =>
    `No room for ${id}: the running agents use the whole capacity. Wait for one to end, then \`sao next ${run}\`.`,
  write: (id: string, output: string) =>
    `${id} writes its own output file and no other file of the run: ${output}`,
  engineFile: (run: string) =>
    `Only its own agent or the engine writes this file of run ${run}. \`sao next ${run}\` prints the next action.`,
};

/** Faults of an agent's return, in messages to the agent that is sent back. */
export const returnFault = {
  open: (run: string, domain: string, ids: readonly string[]) =>
    `Your domain still has open agents: ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ' …' : ''}. Run \`sao next ${run} --domain ${domain}\` and do the printed action.`,
  older: (ids: readonly string[]) =>
    `Your file is older than the files of ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ' …' : ''}. Read these, write your file again, then answer as your prompt says.`,
  file: (fault: string) =>
    `Your work does not count yet: ${fault}. Write the file, then answer as your prompt says.`,
  elsewhere: (written: string, path: string) =>
    `Your work does not count yet: you wrote ${written}, but your file is ${path}. Write it there, then answer as your prompt says.`,
  valid: () => 'Your file is valid. Answer again, without a line that begins with "Failed."',
  admit: () => 'Your work still does not count. Answer with exactly one line now: Failed. <the reason>',
  line: (lines: number, length: number) =>
    `Your answer has ${countOf(lines, 'line')} and ${length} characters. Write your findings into your file; answer with ONE line: Done. <one sentence>`,
  summary: (length: number, most: number) =>
    `Your summary has ${length} characters; the limit is ${most}. Write the details into your file; answer with under 300 words.`,
};

/** The prompt of a build's agent is not in its file. */
export const missingPrompt = (run: string, id: string, path: string) => ({
  code: 'prompt-missing',
  message: `${path} is missing or empty: it holds the prompt of ${id}, and \`sao run ${run} --commands\` writes it again`,
  target: path,
  fix: `sao run ${run} --commands`,
});

/** Reasons why `sao retry` and `sao gap` do not change an agent. */
export const regrantErrors = {
  nothingToRead: (id: string) => `${id} has nothing to read: all its inputs are gaps.`,
  noId: (id: string) => `${quoteName(id)} is not the id of an agent.`,
  notStarted: (run: string, id: string) =>
    `${id} has not had its first attempt. \`sao next ${run}\` prints the next action.`,
  done: (id: string) => `${id} is done; --force moves its file to attempts/ and starts it again.`,
  reading: (id: string) => `${id} is running and reads the files of these agents. Wait for it.`,
  doneGap: (id: string) => `${id} is done: an agent with a valid file cannot be a gap.`,
  runningGap: (id: string, seconds: number) =>
    `${id} is running and can still finish. Its attempt has ${seconds} s; after that it can be abandoned.`,
};
