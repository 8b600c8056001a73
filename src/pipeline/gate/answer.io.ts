import { join } from 'node:path';
import { keepApproved } from '../../contract/approved.io.ts';
import { hashContract } from '../../contract/hash.ts';
import { readContractFiles } from '../../contract/read.io.ts';
import type { RunEvent } from '../../run/ledger/events.ts';
import { demandPerson, describePerson } from '../../run/ledger/person.io.ts';
import type { Word } from '../../run/ledger/person.ts';
import type { HumanGate } from '../../run/ledger/stages.ts';
import { foldLedger } from '../../run/ledger/state.ts';
import { appendEvents, readLedger, underRunLock } from '../../run/ledger/store.io.ts';
import { accept, type Result, reject, unwrap } from '../../system/result.ts';
import { INTEGRATION } from '../../workspace/worktree/names.ts';
import { askedAt, checkNote, gateStanding } from './gate.ts';
import { subjectOf } from './subject.io.ts';
import type { GateSubject } from './subject.ts';
import { describeSubject, refuse, say } from './wording.ts';

/** What somebody wants said at a gate. */
export interface GateOrder {
  dir: string;
  run: string;
  stage: HumanGate;
  action: 'approve' | 'reject';
  note?: string | undefined;
  /** Without a further question, in a terminal of one's own. */
  yes: boolean;
}

/** Who is there to be asked. */
export interface Around {
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
  now(): Date;
  note(line: string): void;
  ask(question: string): Promise<string | undefined>;
}

/** Writes a person's answer to a gate into the ledger; a failure where no person is proved, or nothing stands there yet. */
export async function answerGate(order: GateOrder, around: Around): Promise<Result<GateSubject>> {
  const { dir, run, stage, action } = order;
  const subject = await subjectOf(dir, stage);
  if (!subject) return reject(refuse.nothing(run, stage));
  const note = checkNote(action, stage, order.note);
  if (!note.ok) return note;
  if (action === 'approve' && isOpen(order, subject)) return accept(subject);
  if (!subject.isChecked) return reject(refuse.unchecked(run, stage));
  const word = proveWord(order, subject, around);
  if (!word.ok) return word;
  if (order.yes && word.value !== 'shell') return reject(refuse.yes(stage));
  const sure = action === 'reject' || word.value === 'session' || (await isSure(order, subject, around));
  if (!sure) return reject(refuse.unsure(stage));
  if ((await subjectOf(dir, stage))?.hash !== subject.hash) return reject(refuse.changed(stage));
  return underRunLock(dir, () => {
    // Once more: a token is good for one answer, and another call may have given it.
    const held = proveWord(order, subject, around);
    if (!held.ok) return held;
    // Before it is written down: what was approved can then always be shown and compared.
    if (action === 'approve' && !keepContract(dir, subject)) return reject(refuse.changed(stage));
    appendEvents(dir, eventsOf(order, subject, held.value, note.value, around), around.now());
    return accept(subject);
  });
}

function proveWord(order: GateOrder, { hash }: GateSubject, around: Around): Result<Word> {
  const state = foldLedger(readLedger(order.dir));
  return demandPerson({
    env: around.env,
    isTerminal: around.stdinIsTerminal,
    asked: askedAt(state, order.stage),
    hash,
    command: `sao gate ${order.action} ${order.stage} ${order.run}${order.action === 'reject' ? ' --note "What has to change"' : ''}`,
  });
}

/** Keeps the contract that is approved; false where it is no longer what was shown. */
function keepContract(dir: string, { stage, hash }: GateSubject): boolean {
  if (stage !== 'architect') return true;
  const files = unwrap(readContractFiles(join(dir, 'builds', INTEGRATION)));
  if (hashContract(files) !== hash) return false;
  keepApproved(dir, files);
  return true;
}

async function isSure({ stage, yes }: GateOrder, subject: GateSubject, around: Around): Promise<boolean> {
  if (yes) return true;
  for (const line of describeSubject(subject)) around.note(line);
  const typed = (await around.ask(say.prompt(stage)))?.trim().toLowerCase();
  return typed === stage || typed === 'yes';
}

function eventsOf(
  { stage, action }: GateOrder,
  { hash }: GateSubject,
  by: Word,
  note: string,
  { env }: Around,
): RunEvent[] {
  const said = { stage, hash, by, ...describePerson(env) };
  if (action === 'reject') return [{ type: 'gate-rejected', ...said, note }];
  return [{ type: 'gate-approved', ...said, ...(note === '' ? {} : { note }) }];
}

function isOpen({ dir, stage }: GateOrder, { hash }: GateSubject): boolean {
  return gateStanding(foldLedger(readLedger(dir)), stage, hash) === 'open';
}
