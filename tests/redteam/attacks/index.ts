import type { Attack } from '../attack.ts';
import { CALLS } from './calls.ts';
import { PROGRAMS } from './programs.ts';
import { QUESTIONS } from './questions.ts';
import { QUEUE } from './queue.ts';
import { RECORDS } from './records.ts';
import { NESTED, SANDBOXED } from './sandbox.ts';
import { SEALS } from './seals.ts';
import { VERIFIERS } from './verifiers.ts';

/** Turning the client's hooks off works on for seconds, so it comes last. */
const isLast = ({ id }: Attack) => id.startsWith('client-settings');
const all = [
  ...CALLS,
  ...QUESTIONS,
  ...SEALS,
  ...RECORDS,
  ...VERIFIERS,
  ...PROGRAMS,
  ...NESTED,
  ...SANDBOXED,
  ...QUEUE,
];

export const ATTACKS: readonly Attack[] = [...all.filter((each) => !isLast(each)), ...all.filter(isLast)];
