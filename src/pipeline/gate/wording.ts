import { quoteName } from '../../run/ledger/names.ts';
import { HUMAN_GATES, type HumanGate, STAGE_NUMBERS } from '../../run/ledger/stages.ts';
import type { GateStatus, GateSubject } from './subject.ts';

const gateNames = HUMAN_GATES.map((stage) => `${stage} (${STAGE_NUMBERS[stage]})`).join(' or ');

/** Errors of answering a gate. */
export const gateFaults = {
  stage: (given: string | undefined) => ({
    code: 'gate-unknown',
    message:
      given === undefined
        ? `no stage is named; a human opens the gate of ${gateNames}`
        : `${quoteName(given)} has no gate that a human opens; ${gateNames} has`,
    target: given ?? 'stage',
    fix: 'sao gate list',
  }),
  noBuild: (run: string) => ({
    code: 'gate-no-build',
    message: `run ${run} is an audit: only a build has gates`,
    target: run,
    fix: 'sao list',
  }),
  nothing: (run: string, stage: HumanGate) => ({
    code: 'gate-nothing',
    message: `run ${run} has nothing to approve yet at the gate ${stage}: ${MISSING_WORK[stage]}`,
    target: stage,
    fix: `sao next ${run}`,
  }),
  unchecked: (run: string, stage: HumanGate) => ({
    code: 'gate-unchecked',
    message: `the work at gate ${stage} of run ${run} has not passed its checks, so it cannot be approved yet`,
    target: stage,
    fix: `sao next ${run}`,
  }),
  noNote: (stage: HumanGate) => ({
    code: 'gate-note-missing',
    message: '--note is required to reject; it is added to the next prompt',
    target: '--note',
    fix: `sao gate reject ${stage} --note "What has to change"`,
  }),
  longNote: (length: number, most: number) => ({
    code: 'gate-note-long',
    message: `the note has ${length} characters; at most ${most} go into the next prompt`,
    target: '--note',
    fix: 'shorten it',
  }),
  unsure: (stage: HumanGate) => ({
    code: 'gate-not-answered',
    message: `nothing was answered: the gate ${stage} stays as it was`,
    target: stage,
    fix: `run it again and type "${stage}" or "yes"`,
  }),
  changed: (stage: HumanGate) => ({
    code: 'gate-changed',
    message: `the work at gate ${stage} changed while you were asked; no answer was recorded`,
    target: stage,
    fix: `sao gate show ${stage}`,
  }),
  yes: (stage: HumanGate) => ({
    code: 'gate-yes-needs-a-terminal',
    message: '--yes works only for a human in a terminal outside a session',
    target: '--yes',
    fix: `in a terminal of your own: sao gate approve ${stage}`,
  }),
};

const MISSING_WORK: Readonly<Record<HumanGate, string>> = {
  architect: 'the contracts are not written',
  ship: 'what ships is not written down and tested',
};

/** Text for each gate status. */
export const GATE_STATUS_TEXT: Readonly<Record<GateStatus | 'nothing', string>> = {
  open: 'open: approved as it stands',
  closed: 'closed: waits for a human',
  rejected: 'closed: rejected, and unchanged since',
  stale: 'closed again: what was approved has changed',
  nothing: 'closed: nothing to approve yet',
};

/** What the question to a person says; `command` is the call that waits for the answer. */
export const gateText = {
  ask: (run: string, action: 'approve' | 'reject' | undefined, subjects: readonly GateSubject[]) =>
    [
      `${QUESTIONS[action ?? 'answer']} of run ${run}${action === 'reject' ? '?' : ' and let the build go on?'}`,
      ...subjects.flatMap(describeSubject),
    ].join('\n'),
  agent: (id: string | undefined) =>
    `${id ?? 'A subagent'} cannot make a decision that a human has to make. State in your answer which decision you need.`,
  prompt: (stage: HumanGate) => `Type "${stage}" or "yes" to approve, anything else to leave it: `,
};

const QUESTIONS = {
  approve: 'APPROVE the gate',
  reject: 'REJECT the work at the gate',
  answer: 'Run this command, which answers a gate',
} as const;

/** A subject as lines: the stage and the hash that the answer is bound to first. */
export function describeSubject({ stage, hash, isChecked, title, lines, files }: GateSubject): string[] {
  return [
    `${stage} (stage ${STAGE_NUMBERS[stage]}), ${hash}: ${title}${isChecked ? '' : ' (not checked yet)'}`,
    ...lines.map((line) => `  ${line}`),
    ...(files.length > 0 ? [`  to read: ${files.join(', ')}`] : []),
  ];
}
