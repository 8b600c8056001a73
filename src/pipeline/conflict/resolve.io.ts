import { keepApproved } from '../../contract/approved.io.ts';
import { readChanged } from '../../contract/changed-files.io.ts';
import { conflictHash } from '../../contract/conflict-hash.ts';
import { placeOfContract } from '../../contract/contract-files.ts';
import { describeChange } from '../../contract/describe.ts';
import { hashContract } from '../../contract/hash.ts';
import { builderBrain } from '../../contract/rights.ts';
import { refuse, say } from '../../contract/wording.ts';
import { verbatim } from '../../findings/verbatim.ts';
import { demandPerson, describePerson } from '../../run/ledger/person.io.ts';
import type { Word } from '../../run/ledger/person.ts';
import { foldLedger } from '../../run/ledger/state.ts';
import { appendEvents, readLedger, underRunLock } from '../../run/ledger/store.io.ts';
import { findCommit } from '../../system/git/repository.io.ts';
import { accept, type Diagnostic, ExpectedError, type Result, reject, unwrap } from '../../system/result.ts';
import { whileAssembling } from '../../workspace/merge/integration.io.ts';
import { rollBackInterrupted } from '../../workspace/merge/trial.io.ts';
import { expected, openSite } from '../../workspace/worktree/site.io.ts';
import { gateStanding } from '../gate/gate.ts';
import { commitFiles } from './commit.io.ts';
import { describeConflict } from './describe-conflict.ts';
import { type Ground, readGround } from './ground.io.ts';
import { addNote, type Resolution, type Resolved, readTold, resolveConflict } from './resolve.ts';
import { hasWorktree, readBuilderBrain, tellBuilders } from './tell.io.ts';

/** What a person wants done about a conflict of a run. */
export interface ResolveOrder {
  run: string;
  dir: string;
  project: string;
  name: string;
  decision: Resolution['decision'];
  note: string;
  /** Paths of changed files of the contract, relative to the current folder. */
  contract: readonly string[];
  /** Without a further question, in a terminal of one's own. */
  yes: boolean;
}

/** Who is there to be asked. */
export interface Around {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
  now(): Date;
  note(line: string): void;
  ask(question: string): Promise<string | undefined>;
}

export interface ResolvedConflict {
  name: string;
  /** Below the top of the tree. */
  decision: string;
  /** The commit on the integration branch; null where it was resolved before. */
  commit: string | null;
  /** Modules whose builders were told. */
  told: string[];
  /** Whether the gate of the architecture is open for the contract as it is now. */
  gateOpen: boolean;
}

/**
 * Resolves a conflict: the decision and what changes of the contract become one commit on the integration branch, and the builders that
 * it concerns find a note in their brain files. Nothing is written unless a person says so and the contract is valid afterwards. Asked again
 * after a crash it completes what is left.
 */
export async function resolveForPerson(
  order: ResolveOrder,
  around: Around,
): Promise<Result<ResolvedConflict>> {
  const site = await openSite({ project: order.project, runDir: order.dir, run: order.run });
  if (!site.ok) return site;
  const found = await expected(async () => {
    // A decision that a killed process has put on trial is not there yet, though it lies in the worktree.
    await whileAssembling(site.value, () => rollBackInterrupted(site.value));
    return readGround(site.value, order);
  });
  if (!found.ok) return found;
  const ground = found.value;
  if (ground.conflict.state === 'resolved') return await finishTelling(order, ground, around);
  const resolved = await expected(async () => unwrap(workOut(order, ground, around)));
  if (!resolved.ok) return resolved;
  const word = proveWord(order, ground, around);
  if (!word.ok) return word;
  if (order.yes && word.value !== 'shell') return reject(refuse.yes());
  if (word.value === 'shell' && !order.yes && !(await isSure(order, ground, resolved.value, around)))
    return reject(refuse.unsure(order.name));
  return await carryOut(order, ground, resolved.value, word.value, around);
}

function workOut(order: ResolveOrder, { files, conflict }: Ground, around: Around): Result<Resolved> {
  const { decision, note } = order;
  const changed = readChanged(order.contract, around.cwd);
  const date = around.now().toISOString().slice(0, 10);
  return resolveConflict(files, conflict, { decision, note, changed, date });
}

function proveWord(
  { run, dir, name }: ResolveOrder,
  { files, conflict }: Ground,
  around: Around,
): Result<Word> {
  return demandPerson({
    env: around.env,
    isTerminal: around.stdinIsTerminal,
    asked: foldLedger(readLedger(dir)).build.askedConflicts,
    hash: conflictHash(files, conflict),
    command: `sao conflict resolve ${run} ${name} --decision flex|adapt --note "Why"`,
  });
}

async function isSure(
  { decision, note }: ResolveOrder,
  { conflict }: Ground,
  { changes, affected, adr }: Resolved,
  around: Around,
): Promise<boolean> {
  const lines = [
    ...describeConflict(conflict),
    `decision: ${decision}; ${verbatim(note)}`,
    ...changes.flatMap(describeChange),
    `adds ${adr.path}, tells ${affected.join(', ')}`,
  ];
  for (const line of lines) around.note(line);
  const typed = (await around.ask(say.sure(decision)))?.trim().toLowerCase();
  return typed === decision || typed === 'yes';
}

async function carryOut(
  order: ResolveOrder,
  ground: Ground,
  resolved: Resolved,
  word: Word,
  around: Around,
): Promise<Result<ResolvedConflict>> {
  const { site, place } = ground;
  const { adr, affected, note } = resolved;
  const problems: Diagnostic[] = [];
  const done = await expected(async () => {
    const commit = await whileAssembling(site, async () => {
      await rollBackInterrupted(site);
      const now = await readGround(site, order);
      if (conflictHash(now.files, now.conflict) !== conflictHash(ground.files, ground.conflict))
        throw new ExpectedError(reject(refuse.moved(order.name)));
      return await commitFiles(
        site,
        place,
        filesOf(ground, resolved),
        say.commit(order.name, order.decision),
      );
    });
    const gateOpen = keepGateOpen(order, ground, resolved, word, around);
    problems.push(...(await tellBuilders(site, order.dir, affected, note)));
    noteResolution(order, order.note, commit, around);
    return { name: order.name, decision: placeOfContract(adr.path), commit, told: affected, gateOpen };
  });
  return done.ok ? accept(done.value, problems) : done;
}

/** The contract's changed files, the decision, and a note for builders that will start from this commit. */
function filesOf({ site, place, files }: Ground, resolved: Resolved): Map<string, string> {
  const changed = [...resolved.files].filter(([path, text]) => files.get(path) !== text);
  const later = resolved.affected.filter((module) => !hasWorktree(site, module));
  return new Map([
    ...changed.map(([path, text]) => [placeOfContract(path), text] as const),
    ...later.map(
      (module) => [builderBrain(module), addNote(readBuilderBrain(place, module), resolved.note)] as const,
    ),
  ]);
}

/**
 * A person who was shown all that changes has approved it; one who was asked about a call in a session has seen that a decision is added, and
 * no changed file: then the gate closes, and asks.
 */
function keepGateOpen(
  { dir, decision, note }: ResolveOrder,
  { files }: Ground,
  { files: now, hash }: Resolved,
  by: Word,
  { env, now: clock }: Around,
): boolean {
  return underRunLock(dir, () => {
    const state = foldLedger(readLedger(dir));
    const wasOpen = gateStanding(state, 'architect', hashContract(files)) === 'open';
    if (!wasOpen || (by === 'session' && decision === 'flex')) return false;
    keepApproved(dir, now);
    const said = { stage: 'architect', hash, by, ...describePerson(env), note } as const;
    appendEvents(dir, [{ type: 'gate-approved', ...said }], clock());
    return true;
  });
}

/** The stopped module goes on with this; noted once, also where a crash came between. */
function noteResolution(
  { dir, name }: ResolveOrder,
  note: string,
  commit: string,
  { now }: Pick<Around, 'now'>,
): void {
  underRunLock(dir, () => {
    const { modules } = foldLedger(readLedger(dir)).build;
    const stopped = [...modules].filter(([, { blocked }]) => blocked?.conflict === name);
    const events = stopped.map(([module]) => ({
      type: 'conflict-resolved' as const,
      ...{ module, conflict: name, note, commit },
    }));
    appendEvents(dir, events, now());
  });
}

/** It was resolved before; whoever was not told then, is now. */
async function finishTelling(
  order: ResolveOrder,
  { site, files, place, conflict }: Ground,
  around: Around,
): Promise<Result<ResolvedConflict>> {
  const { name, dir } = order;
  const { resolution } = conflict;
  const { modules, note } = (resolution && readTold(resolution)) ?? { modules: [], note: '' };
  const problems = await expected(() => tellBuilders(site, dir, modules, note));
  if (!problems.ok) return problems;
  noteResolution(order, note, (await findCommit(place, 'HEAD')) ?? '', around);
  const gateOpen = gateStanding(foldLedger(readLedger(dir)), 'architect', hashContract(files)) === 'open';
  const decision = placeOfContract(resolution?.path ?? '');
  return accept({ name, decision, commit: null, told: modules, gateOpen }, problems.value);
}
