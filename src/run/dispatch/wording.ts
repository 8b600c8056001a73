import type { FindingCounts } from '../../findings/finding.ts';
import { plainText } from '../../findings/plain-text.ts';
import { sayCounts } from '../../findings/severity-words.ts';
import { countOf } from '../../findings/words.ts';
import { type Failure, reject } from '../../system/result.ts';
import type { ContextCost } from '../cost/context-cost.ts';
import { quoteName } from '../ledger/names.ts';
import type { Gap } from './standing.ts';

/** What `sao next` says beside its action: short, because a model's context pays for it. */
export const say = {
  plan: () => 'Write a plan and give it to this command on stdin. `sao plan --help` shows the format.',
  confirm: () =>
    'Show the user the plan and ask whether to start. On a yes, run the command; on a change, run `sao plan` again.',
  halted: (reason: string) => `The run is halted: ${reason}.`,
  report: () => 'Every agent is done or a gap. Write the report.',
  /** `whose`: the run and domain of a coordinator, whose session may have another run that is newer. */
  dispatch: (count: number, whose?: string) =>
    `Call Agent (Task) for ${count === 1 ? 'this agent' : `these ${count}, all in one message`}, with exactly these prompts, in the foreground. Then \`sao next${whose === undefined ? '' : ` ${whose}`}\`.`,
  waitForRoom: () => 'Other domains take up the room, or your workers still run. Run the command.',
  ceiling: (run: string, { tokens, exact }: ContextCost, budget: number, isCheaper: boolean) =>
    [
      `This conversation has paid ${tokens} tokens${exact ? '' : ' (estimated)'} for the run; its ceiling is ${budget}. Nothing more is dispatched from here. Ask the user:`,
      ...(isCheaper ? [`- \`sao next ${run} --driver workflow\` does the rest in one call, or`] : []),
      `- \`sao run ${run}\` in a shell does it at no cost here, or`,
      `- \`sao next ${run} --budget ${2 * budget}\` raises the ceiling.`,
    ].join('\n'),
  stuck: () => 'what is left waits for agents of a domain whose coordinator has ended',
  coordinate: (gaps: readonly Gap[]) =>
    `Read these files, write yours, and answer.${gaps.length > 0 ? ` Gaps: ${gaps.map(({ id, reason }) => `${id} (${plainText(reason, 120)})`).join(', ')}.` : ''}`,
  workflow: () =>
    'Call Workflow with exactly this, then end your turn; after its notification `sao next`. No such tool, or refused: `sao next --driver tiered`.',
  waitForWorkflow: () =>
    'The workflow is under way. End your turn; its notification starts the next one. (No notification? Ask again in a minute.)',
  wait: (count: number) => `${count} still running. Run the command, then \`sao next\`.`,
  run: (count: number, isApproved: boolean) =>
    `${countOf(count, 'command worker')} for the engine. Run the command${isApproved ? '' : ' (a person is asked first)'}, then \`sao next\`.`,
  underWay: (run: string, task: string) =>
    `Run ${run} (${task}) is under way. \`sao next ${run}\` says what to do next; nothing is lost.`,
  askCommands: (run: string, commands: readonly string[], more: number) =>
    [
      `Run ${run} wants to run these commands on this machine:`,
      ...commands,
      ...(more > 0 ? [`… and ${more} more`] : []),
    ].join('\n'),
  done: (agents: number, gaps: readonly Gap[], findings: FindingCounts | undefined, dir: string) =>
    [
      `${agents - gaps.length} of ${agents} agents done`,
      ...(gaps.length > 0 ? [`gaps: ${gaps.map(({ id }) => id).join(', ')}`] : []),
      ...(findings ? [`findings: ${sayCounts(findings)}`] : []),
      `report: ${dir}/report.md`,
    ].join('; '),
};

/** The answer of every command that needs the plan of a run that has none. */
export const rejectNoPlan = (run: string): Failure =>
  reject({ code: 'run-without-plan', message: refuse.noPlan(run), target: run, fix: `sao plan ${run} -` });

/** Why the hook or the driver does not start an agent, and what to do. */
export const refuse = {
  replaced: (id: string) => `Another attempt has taken over ${id}.`,
  overdue: (id: string) => `The time of ${id} is over.`,
  noRun: (run: string) => `There is no run ${run}. \`sao list\` shows the runs.`,
  noPlan: (run: string) => `Run ${run} has no plan. Run \`sao plan ${run} -\` first.`,
  unknown: (run: string, id: string) =>
    `Run ${run} has no agent "${id}". \`sao next ${run}\` names the agents to dispatch.`,
  unconfirmed: (run: string) =>
    `The user has not confirmed the plan. Show it, ask, then \`sao next ${run} --confirm\`.`,
  halted: (run: string, reason: string) =>
    `Run ${run} is halted: ${reason}. \`sao run ${run}\` from a shell takes it up again.`,
  command: (run: string, id: string) =>
    `${id} is a command worker: the engine runs it. \`sao next ${run}\` says how.`,
  done: (run: string, id: string) => `${id} is done already; its file is valid. \`sao next ${run}\` goes on.`,
  running: (run: string, id: string) => `${id} is running already. Wait for it, then \`sao next ${run}\`.`,
  gap: (run: string, id: string) =>
    `${id} has had its last attempt and is a gap. \`sao retry ${run} ${id}\` grants one more.`,
  notYours: (caller: string, id: string) =>
    `${caller} does not dispatch ${id}: an agent starts no other, but for a coordinator the workers of its own domain.`,
  undue: (run: string, id: string) =>
    `${id} is not due: what it needs has not ended. \`sao next ${run}\` says what is.`,
  early: (run: string, id: string, wave: number) =>
    `${id} is not due: wave ${wave} has not ended. \`sao next ${run}\` says what is.`,
  full: (run: string, id: string) =>
    `No room for ${id} beside the agents that run now. Wait for one to end, then \`sao next ${run}\`.`,
  write: (id: string, output: string) =>
    `${id} writes its own output file and no other file of the run: ${output}`,
  engineFile: (run: string) =>
    `This file of run ${run} is written by its own agent or by the engine alone. \`sao next ${run}\` says what to do.`,
};

/** What is wrong with an agent's return, told to the agent that is sent back. */
export const returnFault = {
  open: (run: string, domain: string, ids: readonly string[]) =>
    `Your domain has not ended: ${ids.slice(0, 12).join(', ')}${ids.length > 12 ? ' …' : ''}. Run \`sao next ${run} --domain ${domain}\` and do what it says.`,
  file: (fault: string) =>
    `Your work does not count yet: ${fault}. Write the file, then answer as you were told.`,
  elsewhere: (written: string, path: string) =>
    `Your work does not count yet: you wrote ${written}, but your file is ${path}. Write it there, then answer as you were told.`,
  admit: () => 'Your work still does not count. Answer with exactly one line now: Failed. <what stopped you>',
  line: (lines: number, length: number) =>
    `Your answer has ${countOf(lines, 'line')} and ${length} characters. What you found belongs in your file; answer with ONE line: Done. <one sentence>`,
  summary: (length: number, most: number) =>
    `Your summary has ${length} characters; at most ${most} are let through. The detail belongs in your file; answer with under 300 words.`,
};

/** Why `sao retry` and `sao gap` leave an agent as it is. */
export const regrantFault = {
  nothingToRead: (id: string) => `${id} has nothing to read: all its inputs are gaps.`,
  noId: (id: string) => `${quoteName(id)} is not the id of an agent.`,
  notStarted: (run: string, id: string) =>
    `${id} has not had its first attempt. \`sao next ${run}\` says when.`,
  done: (id: string) => `${id} is done; with --force its file is set aside and it starts again.`,
  reading: (id: string) => `${id} is running and reads their files. Wait for it.`,
  doneGap: (id: string) => `${id} is done: a valid file is no gap.`,
  runningGap: (id: string, seconds: number) =>
    `${id} is running and may yet be done. Its attempt has ${seconds} s; after that it can be given up.`,
};
