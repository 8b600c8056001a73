import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { verbatim } from '../findings/verbatim.ts';
import { countOf } from '../findings/words.ts';
import { refreshPipelinePage } from '../pipeline/drive/refresh-page.io.ts';
import { answerGate } from '../pipeline/gate/answer.io.ts';
import { parseGateStage } from '../pipeline/gate/gate.ts';
import { listWaitingApprovals, type WaitingApproval } from '../pipeline/gate/waiting.io.ts';
import { approvalErrors, describeApprovals } from '../run/ledger/approval-wording.ts';
import {
  buildCommandsApprovedEvent,
  buildPlanConfirmedEvent,
  buildSetupApprovedEvent,
} from '../run/ledger/events.ts';
import { makeApprovalRecord } from '../run/ledger/human-proof.io.ts';
import type { Plan } from '../run/ledger/manifest.ts';
import { parseProof, readSignedRecord, signRecord } from '../run/ledger/request-approval.io.ts';
import type { RunEvent } from '../run/ledger/run-event.ts';
import { decideOnLockedState, readRunState } from '../run/ledger/run-state.io.ts';
import { setUpSigning } from '../run/ledger/set-up-signing.io.ts';
import { appendEvents, findAppendFault } from '../run/ledger/store.io.ts';
import { describeUnproved } from '../run/ledger/unproved.ts';
import { commandsOf } from '../run/plan/approve.ts';
import { confirmWithHuman } from '../system/approval/confirm-with-human.ts';
import { readApprovalPolicy, signersPath } from '../system/approval/policy.io.ts';
import {
  type ApprovalProof,
  type ApprovalRecord,
  parseApprovalRecord,
  signedText,
} from '../system/approval/record.ts';
import { findSigner } from '../system/approval/signature.io.ts';
import { quoteCommand } from '../system/command-line.ts';
import { hashContent, shortHash } from '../system/content-hash.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { readBoundedText } from '../system/files/bounded.ts';
import { isEnvironmentOfModel } from '../system/process/caller.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, findRun, oneOf, runsDirOption } from './options.ts';

const ACTIONS = ['setup', 'list', 'verify', 'sign', 'use'] as const;
const PLANNED: readonly string[] = ['plan', 'commands', 'setup'];

interface Data {
  action: (typeof ACTIONS)[number];
  lines: string[];
  /** `list`: what waits for an approval. */
  waiting?: WaitingApproval[];
  /** `verify`: who has signed; null if the signature is not valid or its key is not listed. */
  signer?: string | null;
  /** Files that were written. */
  files?: string[];
}

const schema = z.object({
  action: oneOf(ACTIONS),
  subject: z.string().optional(),
  run: z.string().optional(),
  write: z.string().optional(),
  key: z.string().optional(),
  require: z.boolean().default(false),
  yes: z.boolean().default(false),
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;

export const command = defineCommand<Input, Data>({
  name: 'approvals',
  example: 'sao approvals list',
  arguments: [
    actionArgument(ACTIONS),
    {
      name: '[subject]',
      description:
        "list: name the run (default: the project's newest active run); verify, use: name the signed file; sign: name what to sign (plan, commands, setup, architect or ship), or the file of a record",
    },
    {
      name: '[run]',
      description: "sign: name the run of what to sign (default: the project's newest active run)",
    },
  ],
  options: [
    { flags: '--write <dir>', description: 'list: write the record of each waiting approval to this folder' },
    { flags: '--key <path>', description: 'setup: use this SSH key instead of a new one' },
    { flags: '--require', description: 'setup: set "approvals": "signed", so that only signatures count' },
    { flags: '--yes', description: 'sign: skip the question' },
  ],
  details: `setup makes an SSH key for approvals with ssh-keygen (or takes --key), and lists it among your allowed signers. sao never reads the private part of a key.
sign asks, then lets ssh-keygen sign; it asks for the passphrase or a touch, or an ssh-agent confirms. On another machine: \`sao approvals list --write DIR\`
here, \`sao approvals sign FILE\` there, and \`sao approvals use FILE\` here again, for plans, commands, setup commands and gates. docs/approvals.md explains the levels.
Exit codes: 0 success; 1 list: an approval does not count, verify: the signature does not count; 2 refused, or wrong input.`,
  schema,
  handler: async (input, context) => await HANDLERS[input.action](input, context),
  render: ({ lines }) => lines.join('\n'),
});

type Handler = (input: Input, context: Context) => Promise<Result<Answer<Data>>> | Result<Answer<Data>>;

const HANDLERS: Record<Data['action'], Handler> = {
  setup({ key, require }, context) {
    if (isEnvironmentOfModel(context.env) || !context.stdinIsTerminal)
      return reject(approvalErrors.setupByModel());
    const made = setUpSigning({ key: key && resolve(context.cwd, key), require }, context.env);
    return made.ok ? accept({ data: { action: 'setup', lines: made.value } }) : made;
  },
  async list({ subject, runsDir, write }, context) {
    const found = findRun({ run: subject, runsDir }, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    const state = readRunState(dir);
    const waiting = await listWaitingApprovals(dir);
    const files = write === undefined ? [] : writeRecords(resolve(context.cwd, write), waiting, context);
    const unproved = describeUnproved(state);
    const lines = [
      `demanded: ${readApprovalPolicy() ?? 'any level'}; allowed signers: ${signersPath()}`,
      ...describeApprovals(state).map((text) => `approved: ${text}`),
      ...unproved.map((text) => `not proved: ${text}`),
      ...waiting.map(({ claim }) => `waits: ${claim.stage} (${shortHash(claim.hash)})`),
      ...files.map((path) => `wrote: ${path}`),
    ];
    const data = { action: 'list' as const, lines, waiting, files };
    return accept({ data, exit: unproved.length > 0 ? 1 : 0 }, found.diagnostics);
  },
  verify({ subject = '' }, { cwd }) {
    const file = resolve(cwd, subject);
    const proof = parseProof(readText(file));
    if (proof === undefined) return reject(approvalErrors.noRecord(file));
    const signer = findSigner(signedText(proof.approval), proof.signature) ?? null;
    const { approval } = proof;
    const lines = [
      `${signer === null ? 'does not count: not signed by an allowed signer' : `signed by ${signer}`}`,
      ...describeRecord(approval),
    ];
    return accept({ data: { action: 'verify', lines, signer }, exit: signer === null ? 1 : 0 });
  },
  async sign(input, context) {
    const { subject = '' } = input;
    if (isEnvironmentOfModel(context.env))
      return reject(approvalErrors.signByModel(`sao approvals sign ${subject}`));
    const stage = parseGateStage(subject);
    if (stage === undefined && !PLANNED.includes(subject))
      return signFile(resolve(context.cwd, subject), input, context);
    const found = findRun(input, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    const waiting = await listWaitingApprovals(dir);
    const wanted = waiting.find(({ claim }) => claim.stage === (stage ?? subject));
    if (!wanted) return reject(approvalErrors.nothingWaits(subject));
    if (stage === undefined) return signPlan(dir, wanted, input, context);
    const order = {
      dir,
      run: wanted.claim.run,
      stage,
      action: 'approve',
      yes: input.yes,
      sign: true,
    } as const;
    const answered = await answerGate(order, context);
    if (!answered.ok) return answered;
    refreshPipelinePage(dir, context);
    return accept({ data: { action: 'sign', lines: [`signed: ${stage}`] } });
  },
  async use({ subject = '', runsDir }, context) {
    const proof = parseProof(readText(resolve(context.cwd, subject)));
    if (proof === undefined) return reject(approvalErrors.noRecord(subject));
    const found = findRun({ run: proof.approval.run, runsDir }, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    const used = await useRecord(subject, proof.approval, dir, context);
    if (used.ok) refreshPipelinePage(dir, context);
    return used;
  },
};

/** Records an approval that was signed before, if the run waits for just this one. */
async function useRecord(
  path: string,
  { run, stage: name }: ApprovalRecord,
  dir: string,
  context: Context,
): Promise<Result<Answer<Data>>> {
  const used = () => accept({ data: { action: 'use' as const, lines: [`approved: ${name}`] } });
  const stage = parseGateStage(name);
  if (stage !== undefined) {
    const order = { dir, run, stage, action: 'approve', yes: false, signature: path } as const;
    const answered = await answerGate(order, context);
    return answered.ok ? used() : answered;
  }
  const wanted = (await listWaitingApprovals(dir)).find(({ claim }) => claim.stage === name);
  if (wanted === undefined) return reject(approvalErrors.nothingWaits(name));
  const { claim, project } = wanted;
  const read = readSignedRecord(path, { claim, project, cwd: context.cwd });
  if (!read.ok) return read;
  const { made } = read.value;
  if (made === undefined) return reject(approvalErrors.noRecord(path));
  return decideOnLockedState(dir, () => {
    const event = buildPlannedEvent(name, made);
    const fault = findAppendFault(dir, event, context.now());
    if (fault !== undefined) return reject(approvalErrors.used(path, fault));
    appendEvents(dir, [event], context.now());
    return used();
  });
}

function buildPlannedEvent(stage: string, proof: ApprovalProof): RunEvent {
  if (stage === 'plan') return buildPlanConfirmedEvent(proof);
  return stage === 'setup' ? buildSetupApprovedEvent(proof) : buildCommandsApprovedEvent(proof);
}

/** Maximum size of the file of a record, in bytes. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

function readText(path: string): string {
  try {
    return readBoundedText(path, MAX_RECORD_BYTES);
  } catch {
    return '';
  }
}

const describeRecord = ({ run, project, stage, action, hash, at, by }: ApprovalRecord): string[] => [
  `${action} ${stage} of run ${run}, ${hash}`,
  `project ${project}, by ${by} at ${at}`,
];

/** Writes the unsigned record of each waiting approval, to be signed on another machine. */
function writeRecords(folder: string, waiting: readonly WaitingApproval[], { env, now }: Context): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return waiting.map(({ claim, project, lines, content }) => {
    const path = join(folder, `${claim.stage.replace(/\W/g, '-')}.json`);
    const approval = makeApprovalRecord(claim, { project, level: 'signed', now: now() }, env);
    writeAtomic(path, `${JSON.stringify({ approval, shows: lines, content }, null, 2)}\n`);
    return path;
  });
}

/** Asks the human, who has been shown what is signed. */
async function isSure(lines: readonly string[], { yes }: Input, context: Context): Promise<boolean> {
  if (yes) for (const line of lines) context.note(line);
  return confirmWithHuman({ lines, purpose: 'sign', isSkipped: yes }, context);
}

/** Signs the record in a file, in place. */
async function signFile(file: string, input: Input, context: Context): Promise<Result<Answer<Data>>> {
  const record = parseUnsigned(readText(file));
  if (record === undefined) return reject(approvalErrors.noRecord(file));
  const shown = showContent(record, readText(file));
  if (shown === undefined) return reject(approvalErrors.otherContent(file));
  if (!(await isSure([...describeRecord(record), ...shown], input, context)))
    return reject(approvalErrors.unsure());
  const signed = signRecord(record, context.env);
  if (!signed.ok) return signed;
  writeAtomic(file, `${JSON.stringify(signed.value, null, 2)}\n`);
  return accept({ data: { action: 'sign', lines: [`signed: ${file}`], files: [file] } });
}

/**
 * What a record approves, from the text beside it whose hash it has: the commands are shown from there, since the lines beside it could be any. Undefined
 * if the text is another one. Of a gate there is only the hash.
 */
function showContent({ stage, hash }: ApprovalRecord, text: string): string[] | undefined {
  const { content } = JSON.parse(text) as { content?: unknown };
  if (!PLANNED.includes(stage)) return [];
  if (typeof content !== 'string' || hashContent(content) !== hash) return undefined;
  if (stage === 'setup') return [`setup of worktrees: ${verbatim(content)}`];
  const value = JSON.parse(content) as Plan | { id: string; command: string[] }[];
  const commands = Array.isArray(value) ? value : commandsOf(value);
  const agents = Array.isArray(value) ? [] : showAgents(value);
  return [...agents, ...commands.map(({ id, command }) => `${id}: ${verbatim(quoteCommand(command))}`)];
}

/** Each agent of a plan with what it is to do: who signs on another machine has no table of the plan. */
const showAgents = ({ agents }: Plan): string[] => [
  countOf(agents.length, 'agent'),
  ...agents.map(
    ({ id, model, task, scope }) =>
      `${verbatim(`${id}`)} (${verbatim(model ?? 'command')}): ${verbatim(`${task}`)}${!scope ? '' : `; scope: ${verbatim(`${scope}`)}`}`,
  ),
];

function parseUnsigned(text: string): ApprovalRecord | undefined {
  try {
    const record = parseApprovalRecord((JSON.parse(text) as { approval?: unknown }).approval);
    return record?.level === 'signed' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Signs the approval of a plan or its commands, and records it. */
async function signPlan(
  dir: string,
  { claim, project, lines }: WaitingApproval,
  input: Input,
  context: Context,
): Promise<Result<Answer<Data>>> {
  if (!(await isSure(lines, input, context))) return reject(approvalErrors.unsure());
  const record = makeApprovalRecord(claim, { project, level: 'signed', now: context.now() }, context.env);
  const signed = signRecord(record, context.env);
  if (!signed.ok) return signed;
  // A record of a plan that has changed meanwhile is written, and proves nothing about the new one.
  decideOnLockedState(dir, () =>
    appendEvents(dir, [buildPlannedEvent(claim.stage, signed.value)], context.now()),
  );
  refreshPipelinePage(dir, context);
  return accept({ data: { action: 'sign', lines: [`signed: ${claim.stage}`] } });
}
