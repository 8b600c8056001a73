import { hash } from 'node:crypto';
import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { countOf } from '../../findings/words.ts';
import {
  type ApprovalFault,
  claimOf,
  findApprovalFault,
  openReuseCheck,
} from '../../system/approval/judge.ts';
import { readApprovalPolicy } from '../../system/approval/policy.io.ts';
import { signedText } from '../../system/approval/record.ts';
import { findSigner } from '../../system/approval/signature.io.ts';
import { appendLine } from '../../system/files/append.ts';
import { writeAtomic } from '../../system/files/atomic.ts';
import { describeFileError, systemErrorCode } from '../../system/files/file-error.ts';
import { withLock } from '../../system/files/lock.ts';
import { readWithoutLink } from '../../system/files/own-file.ts';
import { openUserKey, readUserKey } from '../../system/files/user-key.io.ts';
import { isInsideSandbox } from '../../system/process/inside-sandbox.ts';
import {
  accept,
  type Diagnostic,
  ExpectedError,
  type Failure,
  fault,
  type Result,
  unwrap,
  warn,
} from '../../system/result.ts';
import { isSealOf, sealOf } from '../../system/seal.ts';
import { damagedLines, parseLedger, SEALED, SEALED_WITHOUT_RECORD } from './events.ts';
import type { Manifest, Plan } from './manifest.ts';
import { isRunId, treesOf } from './names.ts';
import { NOTICED, noticeOf } from './notice.ts';
import { sendNotice } from './notify.io.ts';
import { MAX_LEDGER_BYTES } from './open-ledger.io.ts';
import { type ReplayTrust, replayFromSnapshot } from './replay-snapshot.io.ts';
import type { Approved, LedgerEntry, RunEvent } from './run-event.ts';
import { applyEvent, type RunState, replayLedger } from './state.ts';

/** Size from which a ledger has a snapshot of its replay, in bytes: below, a replay takes some 30 ms. */
const SNAPSHOT_BYTES = 4 * 1024 * 1024;
/** Maximum number of damaged lines in a warning. */
const SHOWN = 5;

export function writeManifest(dir: string, manifest: Manifest): void {
  writeAtomic(join(dir, 'run.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Appends events to the ledger, each as one write of one line. Approvals, questions and extensions of the plan get their seal here. What needs a human is
 * told to the user's program `notify`.
 */
export function appendEvents(dir: string, events: readonly RunEvent[], now: Date): void {
  const path = join(dir, 'ledger.jsonl');
  for (const event of events) {
    const entry = sealEntry(dir, event, now);
    appendLine(path, JSON.stringify(entry));
    const notice = NOTICED.has(entry.type) ? noticeOf(basename(dir), entry, 0) : undefined;
    if (notice) sendNotice(dir, { ...notice, offset: statSync(path).size });
  }
}

function sealEntry(dir: string, event: RunEvent, now: Date): LedgerEntry {
  const entry = { v: 1, at: now.toISOString(), ...event } as const;
  const isSealed = SEALED_WITHOUT_RECORD.has(event.type) || SEALED.has(event.type);
  return isSealed ? ({ ...entry, seal: sealDocument(dir, entry) } as unknown as LedgerEntry) : entry;
}

/** Returns why an event would not count if it were appended now; undefined if it would. Reads the whole ledger, so it is for answers of humans. */
export function findAppendFault(dir: string, event: RunEvent, now: Date): ApprovalFault | undefined {
  const prove = openProver(dir);
  prove(parseLedger(readLedgerText(dir)));
  const [entry] = prove([sealEntry(dir, event, now)]);
  return entry?.type === 'unproved' ? entry.fault : undefined;
}

/** What a seal covers: the whole document, and the run, so that none counts in another run. */
function sealedText(dir: string, entry: object): string {
  return `sao approval 1\n${basename(dir)}\n${JSON.stringify(entry)}`;
}

/** The seal of a document of the run that the engine believes without reading its source again. */
export function sealDocument(dir: string, document: object): string {
  return sealOf(openUserKey(), sealedText(dir, document));
}

/** Whether a document of the run is as the engine wrote it. */
export function isSealedDocument(dir: string, document: object, seal: unknown): boolean {
  const key = readUserKey();
  // The sandbox hides the key, and a process in it cannot write to a run: it may believe what it reads.
  return key === undefined ? isInsideSandbox() : isSealOf(seal, key, sealedText(dir, document));
}

/** Replaces each approval, question and extension whose proof is missing or not valid by the event `unproved`: an agent can write into the ledger, too. */
export function openProver(dir: string): (entries: readonly LedgerEntry[]) => LedgerEntry[] {
  const findReuse = openReuseCheck();
  let project: string | undefined;
  return (entries) => {
    let policy: { demanded: ReturnType<typeof readApprovalPolicy> } | undefined;
    return entries.map((entry) => {
      if (entry.type === 'run-created') project ??= entry.project;
      if (SEALED_WITHOUT_RECORD.has(entry.type)) return requireSeal(dir, entry);
      if (!SEALED.has(entry.type)) return entry;
      policy ??= { demanded: readApprovalPolicy() };
      const proved = proveEntry(dir, entry, project, policy.demanded);
      if (!('approval' in proved)) return proved;
      // A copied line, or a signature that was made before a later answer, must not undo that answer.
      const reuse = findReuse(proved.approval);
      return reuse === undefined ? proved : unproved(entry, reuse);
    });
  };
}

function proveEntry(
  dir: string,
  entry: LedgerEntry,
  project: string | undefined,
  policy: ReturnType<typeof readApprovalPolicy>,
): LedgerEntry {
  const isSealed = () => isSealedEntry(dir, entry);
  if (entry.type === 'conflict-resolved') return requireSeal(dir, entry);
  const { approval, signature = '' } = entry as Partial<Approved>;
  let signer: string | undefined;
  const isSigned = () => {
    signer = approval && findSigner(signedText(approval), signature);
    return signer !== undefined;
  };
  const claim = claimOf(basename(dir), entry);
  const fault = findApprovalFault(approval, { claim, project, policy, isSealed, isSigned });
  if (fault !== undefined) return unproved(entry, fault);
  return signer === undefined ? entry : ({ ...entry, signer } as LedgerEntry);
}

function requireSeal(dir: string, entry: LedgerEntry): LedgerEntry {
  return isSealedEntry(dir, entry) ? entry : unproved(entry, 'no-seal');
}

function isSealedEntry(dir: string, entry: LedgerEntry): boolean {
  const { seal, ...sealed } = entry as LedgerEntry & { seal?: unknown };
  return isSealedDocument(dir, sealed, seal);
}

function unproved({ at, type }: LedgerEntry, fault: ApprovalFault): LedgerEntry {
  return { v: 1, at, type: 'unproved', event: type, fault };
}

/** Returns a warning if lines of the ledger are unreadable: they are skipped, so their events are lost. */
export function warnOfDamage(dir: string): Diagnostic[] {
  const path = join(dir, 'ledger.jsonl');
  const lines = isLarge(path)
    ? replayFromSnapshot(path, trustOf(dir)).damaged
    : damagedLines(readWithoutLink(path) ?? '');
  if (lines.length === 0) return [];
  const shown = lines.length > SHOWN ? [...lines.slice(0, SHOWN), '…'] : lines;
  const message = `${countOf(lines.length, 'line')} of ${path} cannot be read and ${lines.length === 1 ? 'is' : 'are'} skipped (line ${shown.join(', ')})`;
  const fix = `nothing, if a process died while it wrote; what is done is judged by the files: \`sao verify ${basename(dir)}\``;
  return [warn('ledger-damaged', message, { target: path, fix })];
}

/** Reads the ledger's text. Throws an ExpectedError if it is missing or cannot be read. */
export function readLedgerText(dir: string): string {
  const path = join(dir, 'ledger.jsonl');
  const text = readWithoutLink(path, MAX_LEDGER_BYTES);
  if (text === undefined) throw new ExpectedError(missing(path));
  return text;
}

/** Reads the ledger. Throws an ExpectedError if it cannot be read. */
export function readLedger(dir: string): LedgerEntry[] {
  const path = join(dir, 'ledger.jsonl');
  const entries = parseLedger(readLedgerText(dir));
  // The first event of every run is written when the run is created.
  if (entries.length === 0) throw new ExpectedError(damaged(path, 'no line of it can be read'));
  return openProver(dir)(entries);
}

/** False also for a ledger that cannot be looked up: reading it names the reason. */
function isLarge(path: string): boolean {
  try {
    return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= SNAPSHOT_BYTES;
  } catch {
    return false;
  }
}

/** Replays the ledger; a large one from the snapshot of its replay on. Throws an ExpectedError if it cannot be read. */
export function replayRun(dir: string): RunState {
  const path = join(dir, 'ledger.jsonl');
  if (!isLarge(path)) return replayLedger(readLedger(dir));
  const { state, entries } = replayFromSnapshot(path, trustOf(dir));
  if (entries === 0) throw new ExpectedError(damaged(path, 'no line of it can be read'));
  return state;
}

/** A snapshot says what the agents did, so it is sealed as an approval is, under a name of its own. Nothing that opens a gate is taken from it. */
function trustOf(dir: string): ReplayTrust {
  const sealed = (text: string) => `sao replay 1\n${basename(dir)}\n${text}`;
  const key = readUserKey();
  return {
    openProver: () => openProver(dir),
    seal: (text) => (key === undefined ? undefined : sealOf(key, sealed(text))),
    isSealed: (text, seal) => key !== undefined && isSealOf(seal, key, sealed(text)),
  };
}

/** Runs a decision and its appends under the run's lock, so that no other process decides about this run meanwhile. */
export function underRunLock<T>(dir: string, decide: () => T): T {
  return withLock(join(dir, 'run.lock'), decide);
}

export function readManifest(dir: string): Result<Manifest> {
  const path = join(dir, 'run.json');
  const manifest = readDocument<Manifest>(
    path,
    (value) => typeof value.id === 'string' && typeof value.limits === 'object',
  );
  if (!manifest.ok) return manifest;
  return manifest.value === undefined ? missing(path) : accept(manifest.value);
}

/** The folder of a run's worktrees. */
export function treesFolder(dir: string): string {
  const manifest = readManifest(dir);
  return treesOf(dir, manifest.ok ? manifest.value : {});
}

/** Reads the accepted plan; undefined if there is none yet. */
export function readPlanFile(dir: string, name = 'plan.json'): Result<Plan | undefined> {
  return readDocument<Plan>(
    join(dir, name),
    (value) => Array.isArray(value.agents) && Array.isArray(value.waves),
  );
}

/** The hash of an accepted plan, which the ledger keeps. */
export function planHash(plan: Plan): string {
  return hashText(JSON.stringify(plan));
}

/** The hash of a text of the run, such as an agent's filled prompt, which the plan keeps. */
export function hashText(text: string): string {
  return hash('sha256', text);
}

export function writePlanFile(dir: string, plan: Plan, name = 'plan.json'): void {
  writeAtomic(join(dir, name), `${JSON.stringify(plan)}\n`);
}

const NEXT_PLAN = 'plan-next.json';

/**
 * Replaces the plan and appends the events with its hash. The plan is first written beside the old one, so that after a crash at any point one of
 * both is the plan of the last event. Call it under the run's lock.
 */
export function replacePlan(
  dir: string,
  plan: Plan,
  eventsOf: (hash: string) => readonly RunEvent[],
  now: Date,
): void {
  writePlanFile(dir, plan, NEXT_PLAN);
  appendEvents(dir, eventsOf(planHash(plan)), now);
  renameSync(join(dir, NEXT_PLAN), join(dir, 'plan.json'));
}

/** A run's plan and its state. */
export interface PlannedState {
  plan: Plan | undefined;
  state: RunState;
  /** plan.json is not the plan that the ledger names: nothing of it may start. */
  isPlanChanged: boolean;
}

/**
 * Reads a run's plan and state, without its lock too. `more`: entries that follow those of the ledger. Throws an ExpectedError if one cannot be
 * read.
 */
export function readPlannedState(dir: string, more: readonly LedgerEntry[] = []): PlannedState {
  const first = comparePlan(dir, more);
  // Another process may have extended the plan between both reads.
  return first.isPlanChanged ? comparePlan(dir, more) : first;
}

function comparePlan(dir: string, more: readonly LedgerEntry[]): PlannedState {
  const state = replayRun(dir);
  for (const entry of more) applyEvent(state, entry);
  const { planHash: recorded, build } = state;
  const plan = unwrap(readPlanFile(dir));
  // Older versions have not recorded the hash of a build's plan. A plan of which the ledger says nothing was not made by the engine.
  if (recorded === undefined)
    return { plan, state, isPlanChanged: plan !== undefined && build.extended.size === 0 };
  if (plan !== undefined && planHash(plan) === recorded) return { plan, state, isPlanChanged: false };
  const next = readPlanFile(dir, NEXT_PLAN);
  const isNext = next.ok && next.value !== undefined && planHash(next.value) === recorded;
  return isNext
    ? { plan: next.value, state, isPlanChanged: false }
    : { plan, state, isPlanChanged: plan !== undefined };
}

// Use no schema library: hooks read these documents on every call, and only this program writes them.
function readDocument<T>(
  path: string,
  isWhole: (value: Record<string, unknown>) => boolean,
): Result<T | undefined> {
  try {
    const text = readWithoutLink(path);
    if (text === undefined) return accept(undefined);
    const value = JSON.parse(text) as Record<string, unknown> | null;
    const version = value?.version;
    if (typeof version === 'number' && version !== 1) return otherVersion(path, version);
    return version === 1 && isWhole(value ?? {})
      ? accept(value as T)
      : damaged(path, 'parts of it are missing');
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    if (error instanceof SyntaxError) return damaged(path, 'it is not valid JSON');
    throw error;
  }
}

/** How a run goes on without one of its documents. A build is known by its manifest or, without that, by the folder of its worktrees or reports. */
function fixLost(path: string): string {
  const dir = dirname(path);
  const resume = `sao build --resume ${basename(dir)}`;
  if (isBuildFolder(dir)) return resume;
  return 'restore it from a backup, or start a new run with `sao init`';
}

function isBuildFolder(dir: string): boolean {
  const mode = /"mode":\s*"(\w+)"/.exec(readQuietly(join(dir, 'run.json')) ?? '')?.[1];
  return mode === undefined ? existsSync(join(dir, 'builds')) : mode === 'build';
}

function readQuietly(path: string): string | undefined {
  try {
    return readWithoutLink(path);
  } catch {
    return undefined;
  }
}

/** A document that every run has, or that the ledger says was written. */
function missing(path: string): Failure {
  const message = `${path} is missing, although the run had it`;
  return fault({ code: 'run-document-missing', message, target: path, fix: fixLost(path) });
}

export function damaged(path: string, reason: string): Failure {
  const message = `${path} is damaged: ${reason}`;
  return fault({ code: 'run-document-damaged', message, target: path, fix: fixLost(path) });
}

function otherVersion(path: string, version: number): Failure {
  return fault({
    code: 'run-document-version',
    message: `${path} has version ${version}, which this version of sao cannot read`,
    target: path,
    fix: 'use the version of sao that wrote it, or start a new run with `sao init`',
  });
}

/** The failure of a run whose plan was accepted, but whose plan.json is gone. */
export const missingPlan = (dir: string): Failure => missing(join(dir, 'plan.json'));

/** The run directories under these roots, newest first. */
export function listRunDirs(...roots: readonly string[]): string[] {
  return roots
    .flatMap((root) => listIds(root).map((id) => join(root, id)))
    .sort((a, b) => (basename(a) < basename(b) ? 1 : -1))
    .filter((dir) => statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

function listIds(root: string): string[] {
  try {
    return readdirSync(root).filter(isRunId);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw describeFileError(error, root, 'list the runs');
  }
}
