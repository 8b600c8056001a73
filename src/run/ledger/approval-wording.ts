import type { ApprovalFault } from '../../system/approval/judge.ts';
import type { ApprovalBasis, ApprovalLevel, ApprovalPolicy } from '../../system/approval/record.ts';
import type { Problem } from '../../system/result.ts';
import type { CallOrigin } from './human-proof.ts';
import type { Approved } from './run-event.ts';

/** A session or runner that works on a run now; `client`: a session in the run's project, perhaps on another run. */
export interface LiveWork {
  kind: 'session' | 'client' | 'runner';
  pid: number;
}

const NOT_SIGNED = 'not proved by a signature';

/** How an approval of each level was given. */
const LEVEL_TEXT: Readonly<Record<ApprovalBasis, string>> = {
  signed: 'by a signature',
  asked: 'in a session, by a typed yes or the answer to its question',
  terminal: 'in a terminal',
  unattended: 'by a call that says that no human is there',
  config: "by the user's configuration",
  engine: 'by the engine, which made the plan itself',
};

/** Describes a recorded approval: who, how, when, and whether a signature proves it. */
export function describeApproval({ approval, signer }: Approved): string {
  const { stage, action, by, level, at } = approval;
  return `${stage} (${action}) by ${by} ${describeProof({ level, signer: signer ?? null })}, at ${at}`;
}

/** Describes the approvals of a run that count, one line each; not the engine's of its own plans. */
export function describeApprovals({ approvals }: { approvals: ReadonlyMap<string, Approved> }): string[] {
  return [...approvals.values()].filter(({ approval }) => approval.level !== 'engine').map(describeApproval);
}

/** Describes what proves an approval. */
export function describeProof({ level, signer }: { level: ApprovalBasis; signer: string | null }): string {
  const detail = level === 'signed' ? `signer: ${signer ?? 'unknown'}` : NOT_SIGNED;
  return `${LEVEL_TEXT[level]} (level: ${level}; ${detail})`;
}

/** Why an approval in the ledger does not count. */
export const FAULT_TEXT: Readonly<Record<ApprovalFault, string>> = {
  'no-record': 'it has no record of what was approved, as in earlier versions',
  'other-subject': 'its record is about something else',
  'no-seal': 'without a valid seal: another program wrote the line, or the key of approvals has changed',
  'no-signature': 'its signature is not valid, or is of a key that is not among your allowed signers',
  'below-policy': 'your configuration demands a stronger proof (approvals)',
  copied: 'it is a copy of an earlier line',
  outdated: 'a later answer about the same comes before it',
};

const signFix = (command: string) => `sign it in a terminal of your own: ${command}`;

/** Errors of proving an approval. */
export const approvalErrors = {
  otherContent: (file: string): Problem => ({
    code: 'approval-other-content',
    message: `${file} does not hold the text whose hash its record has, so what is signed cannot be shown`,
    target: file,
    fix: 'write the record again where the run is: `sao approvals list RUN --write DIR`',
  }),
  /** A record that was signed before, and does not count now. */
  used: (file: string, fault: ApprovalFault): Problem => ({
    code: 'approval-used',
    message: `the signed record in ${file} does not count: ${fault === 'copied' ? 'the run has used it before' : FAULT_TEXT[fault]}`,
    target: file,
    fix: 'sign a new record: `sao approvals list RUN --write DIR`, then `sao approvals sign FILE`',
  }),
  noHuman: ({ isAgent, isSession, tokenHash }: CallOrigin, command: string): Problem => ({
    code: 'human-required',
    message: isAgent
      ? 'only a human may decide this, and an agent of a run made the call'
      : tokenHash !== undefined
        ? 'the token of this call belongs to another question or to one that has ended, or what it asked about has changed'
        : isSession
          ? 'only a human may decide this, and no human was asked'
          : 'only a human may decide this, and there is no terminal to ask one',
    target: command,
    fix:
      isSession && !isAgent
        ? `call exactly \`${command}\` and nothing else, so that the human is asked; or end this session, and let the human run it in a terminal`
        : `run it yourself in a terminal: ${command}`,
  }),
  notAlone: ({ kind, pid }: LiveWork, command: string, signCommand = `${command} --sign`): Problem => ({
    code: 'approval-not-alone',
    message: `${kind === 'client' ? "a session works in this run's project" : `a ${kind} works on this run`} (process ${pid}), and its agents could imitate a terminal: a call in a terminal proves nothing meanwhile`,
    target: command,
    fix: `${kind !== 'runner' ? `answer in the session: \`${command}\`; or end the session first` : 'wait for the runner, or stop it with Ctrl-C'}; or ${signFix(signCommand)}`,
  }),
  belowPolicy: (
    level: ApprovalLevel,
    policy: ApprovalPolicy,
    command: string,
    signCommand = `${command} --sign`,
  ): Problem => ({
    code: 'approval-below-policy',
    message: `your configuration demands the level "${policy}" of an approval (approvals), and this call proves only "${level}"`,
    target: command,
    fix:
      policy === 'asked'
        ? `let a session ask you: call \`${command}\` there; or ${signFix(signCommand)}`
        : policy === 'terminal'
          ? `run it yourself in a terminal: ${command}; or ${signFix(signCommand)}`
          : signFix(signCommand),
  }),
  signByModel: (command: string): Problem => ({
    code: 'human-required',
    message: 'only a human may sign, and this call was made inside a session or by an agent',
    target: command,
    fix: `run it yourself in a terminal outside of the session: ${command} --sign`,
  }),
  setupByModel: (): Problem => ({
    code: 'human-required',
    message: 'only a human sets up signatures, in a terminal outside of sessions',
    target: 'setup',
    fix: 'run it yourself in a terminal: sao approvals setup',
  }),
  noKeyMade: (path: string): Problem => ({
    code: 'approval-key-not-made',
    message: `ssh-keygen has made no key at ${path}; its own message is above`,
    target: path,
    fix: 'run it again, or name an SSH key with --key PATH',
  }),
  noPublicKey: (path: string): Problem => ({
    code: 'approval-key-missing',
    message: `${path} has no public key beside it (${path}.pub)`,
    target: path,
    fix: 'name a key that ssh-keygen has made, or its .pub file if an ssh-agent holds it',
  }),
  nothingWaits: (subject: string): Problem => ({
    code: 'approval-nothing',
    message: `the run waits for no approval of ${JSON.stringify(subject)}`,
    target: subject,
    fix: 'sao approvals list',
  }),
  unsure: (): Problem => ({
    code: 'approval-not-given',
    message: 'nothing was signed',
    target: 'sign',
    fix: 'run it again and type "yes"',
  }),
  notGiven: (command: string): Problem => ({
    code: 'approval-not-given',
    message: 'what is shown was not approved, so nothing was done',
    target: command,
    fix: `run it again and type "yes": ${command}`,
  }),
  changed: (command: string): Problem => ({
    code: 'approval-changed',
    message: 'what is to be approved has changed since it was shown, so nothing was done',
    target: command,
    fix: `run it again to see what it is now: ${command}`,
  }),
  noKey: (): Problem => ({
    code: 'approval-no-key',
    message: 'no key for signatures is set up on this machine',
    target: 'signingKey',
    fix: 'run `sao approvals setup` in a terminal; or sign the record on another machine (`sao approvals list --write DIR`), and give it with --signature FILE',
  }),
  notAllowed: (key: string): Problem => ({
    code: 'approval-signer-unknown',
    message: `the key ${key} is not among the allowed signers, so its signature does not count`,
    target: key,
    fix: '`sao approvals list` names the file of allowed signers; `sao approvals setup` adds a key to your own',
  }),
  noRecord: (file: string): Problem => ({
    code: 'approval-record-wrong',
    message: `${file} is not a signed record`,
    target: file,
    fix: '`sao approvals list --write DIR` writes the records of what waits for an approval; `sao approvals sign FILE` signs one',
  }),
  otherRecord: (file: string, field: string, given: unknown, wanted: unknown): Problem => ({
    code: 'approval-record-other',
    message: `the record in ${file} is about something else: its ${field} is ${JSON.stringify(given)}, here it is ${JSON.stringify(wanted)}`,
    target: file,
    fix: 'write and sign the record of the present state: `sao approvals list --write DIR`',
  }),
  badSignature: (file: string): Problem => ({
    code: 'approval-signature-wrong',
    message: `the signature in ${file} is not valid, or is of a key that is not among the allowed signers`,
    target: file,
    fix: 'sign it again with `sao approvals sign`, with a key that `sao approvals list` names',
  }),
};
