import { countOf } from '../../findings/words.ts';
import { quoteName } from '../../run/ledger/names.ts';
import { HUMAN_GATES, type HumanGate, STAGE_NUMBERS } from '../../run/ledger/stages.ts';
import { shortHash } from '../../system/content-hash.ts';
import type { Setback } from './setback.ts';
import type { GateStatus, GateSubject } from './subject.ts';

const gateNames = HUMAN_GATES.map((stage) => `${stage} (${STAGE_NUMBERS[stage]})`).join(' and ');

/** Errors of answering a gate. */
export const gateFaults = {
  stage: (given: string | undefined) => ({
    code: 'gate-unknown',
    message:
      given === undefined
        ? `no stage is named; the stages with a human gate are ${gateNames}`
        : `${quoteName(given)} has no human gate; the stages with one are ${gateNames}`,
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
    message: `no answer was given: the gate ${stage} is unchanged`,
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
  ship: 'the release is not yet prepared and tested',
};

/** Text for each gate status. */
export const GATE_STATUS_TEXT: Readonly<Record<GateStatus | 'nothing', string>> = {
  open: 'open: approved in its present form',
  closed: 'closed: waits for a human',
  rejected: 'closed: rejected, and not changed since',
  stale: 'closed again: the approved work has changed',
  nothing: 'closed: nothing to approve yet',
};

/** Text that asks a human for an answer at a gate, and refuses agents. */
export const gateText = {
  ask: (
    run: string,
    action: 'approve' | 'reject' | undefined,
    subjects: readonly GateSubject[],
    setback?: Setback,
  ) =>
    [
      askText(run, action),
      ...(setback ? [describeSetback(setback)] : []),
      ...subjects.flatMap(describeSubject),
      `The whole page: ${subjects.map(({ stage }) => `sao gate show ${stage} ${run}`).join(', ')}`,
    ].join('\n'),
  agent: (id: string | undefined) =>
    `${id ?? 'A subagent'} cannot make a decision that a human has to make. State in your answer which decision you need.`,
  rejectLate: 'reject it all the same',
  approve: 'approve',
};

/** Says what a late rejection of the architecture undoes. */
export function describeSetback({ built, passed, merged, isAudited }: Setback): string {
  const audit = isAudited ? ', and the audit' : '';
  return `THE BUILD GOES BACK TO STAGE 1. Made for this architecture, and to be done again as far as it changes: the scaffold, ${countOf(built, 'module')} (${passed} passed QC, ${merged} merged)${audit}. Their commits stay on the branches of the run.`;
}

function askText(run: string, action: 'approve' | 'reject' | undefined): string {
  if (action === 'approve') return `APPROVE the gate of run ${run} and continue the build?`;
  if (action === 'reject') return `REJECT the work at the gate of run ${run}?`;
  return `Run this command? It names a gate of run ${run}, but a yes answers none: only a plain call such as \`sao gate approve ship ${run}\` does.`;
}

/** Formats the work at a gate: first the stage and the hash that the answer is bound to, then its contents. */
export function describeSubject({ stage, hash, isChecked, title, lines, files }: GateSubject): string[] {
  return [
    `${stage} (stage ${STAGE_NUMBERS[stage]}), ${shortHash(hash)}: ${title}${isChecked ? '' : ' (not checked yet)'}`,
    ...lines.map((line) => `  ${line}`),
    ...(files.length > 0 ? [`  to read: ${files.join(', ')}`] : []),
  ];
}
