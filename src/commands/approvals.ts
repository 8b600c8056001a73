import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { answerGate } from '../pipeline/gate/answer.io.ts';
import { parseGateStage } from '../pipeline/gate/gate.ts';
import { listWaitingApprovals, type WaitingApproval } from '../pipeline/gate/waiting.io.ts';
import { approvalErrors, describeApprovals } from '../run/ledger/approval-wording.ts';
import { buildCommandsApprovedEvent, buildPlanConfirmedEvent } from '../run/ledger/events.ts';
import { makeApprovalRecord } from '../run/ledger/human-proof.io.ts';
import { parseProof, signRecord } from '../run/ledger/request-approval.io.ts';
import { decideOnLockedState, readRunState } from '../run/ledger/run-state.io.ts';
import { setUpSigning } from '../run/ledger/set-up-signing.io.ts';
import { appendEvents } from '../run/ledger/store.io.ts';
import { describeUnproved } from '../run/ledger/unproved.ts';
import { readApprovalPolicy, signersPath } from '../system/approval/policy.io.ts';
import { type ApprovalRecord, parseApprovalRecord, signedText } from '../system/approval/record.ts';
import { findSigner } from '../system/approval/signature.io.ts';
import { shortHash } from '../system/content-hash.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { readBoundedText } from '../system/files/bounded.ts';
import { isEnvironmentOfModel } from '../system/process/caller.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, findRun, oneOf, runsDirOption } from './options.ts';

const ACTIONS = ['setup', 'list', 'verify', 'sign'] as const;

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
        "list: name the run (default: the project's newest active run); verify: name the signed file; sign: name what to sign (plan, commands, architect or ship), or the file of a record",
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
  details: `setup makes an SSH key for approvals with ssh-keygen (or takes --key), and lists it among your allowed signers. sao never reads a private key.
sign asks, then lets ssh-keygen sign; it asks for the passphrase or a touch, or an ssh-agent confirms. On another machine: \`sao approvals list --write DIR\`
here, \`sao approvals sign FILE\` there, and \`sao gate approve ship RUN --signature FILE\` here again. docs/approvals.md explains the levels.
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
    if (stage === undefined && subject !== 'plan' && subject !== 'commands')
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
    return answered.ok ? accept({ data: { action: 'sign', lines: [`signed: ${stage}`] } }) : answered;
  },
};

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
  return waiting.map(({ claim, project }) => {
    const path = join(folder, `${claim.stage.replace(/\W/g, '-')}.json`);
    const approval = makeApprovalRecord(claim, { project, level: 'signed', now: now() }, env);
    writeAtomic(path, `${JSON.stringify({ approval }, null, 2)}\n`);
    return path;
  });
}

/** Asks the human, who has been shown what is signed. */
async function isSure(lines: readonly string[], { yes }: Input, context: Context): Promise<boolean> {
  for (const line of lines) context.note(line);
  return (
    yes ||
    (await context.ask('Type "yes" to sign, anything else to cancel: '))?.trim().toLowerCase() === 'yes'
  );
}

/** Signs the record in a file, in place. */
async function signFile(file: string, input: Input, context: Context): Promise<Result<Answer<Data>>> {
  const record = parseUnsigned(readText(file));
  if (record === undefined) return reject(approvalErrors.noRecord(file));
  if (!(await isSure(describeRecord(record), input, context))) return reject(approvalErrors.unsure());
  const signed = signRecord(record, context.env);
  if (!signed.ok) return signed;
  writeAtomic(file, `${JSON.stringify(signed.value, null, 2)}\n`);
  return accept({ data: { action: 'sign', lines: [`signed: ${file}`], files: [file] } });
}

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
  const build = claim.stage === 'plan' ? buildPlanConfirmedEvent : buildCommandsApprovedEvent;
  // A record of a plan that has changed meanwhile is written, and proves nothing about the new one.
  decideOnLockedState(dir, () => appendEvents(dir, [build(signed.value)], context.now()));
  return accept({ data: { action: 'sign', lines: [`signed: ${claim.stage}`] } });
}
