import { join, resolve } from 'node:path';
import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { countOf } from '../findings/words.ts';
import {
  collectReceipt,
  isSealedLine,
  readReceiptDocument,
  sealKeyId,
} from '../run/receipt/collect-receipt.io.ts';
import { listApprovals, type Receipt, type ReceiptApproval } from '../run/receipt/receipt.ts';
import {
  checkSignatures,
  compareDocuments,
  describeChangedOutput,
  findChangedOutputs,
  findForeignApprovals,
  findReceiptFaults,
  isSigned,
  parseReceipt,
  type SignatureFindings,
} from '../run/receipt/verify-receipt.ts';
import { findSignerIn, MAX_SIGNERS_BYTES } from '../system/approval/signature.io.ts';
import { writeAtomic } from '../system/files/atomic.ts';
import { readRegularFile } from '../system/files/unlinked.ts';
import { accept, type Diagnostic, type Result, reject, warn } from '../system/result.ts';
import { type Answer, defineCommand } from './command.ts';
import { ANY_RUN, findRun, runsDirOption } from './options.ts';

/** Maximum size of a receipt that is read, in bytes. */
const MAX_RECEIPT_BYTES = 500 * 1024 * 1024;

const schema = z.object({
  run: z.string().optional(),
  file: z.string().optional(),
  output: z.string().optional(),
  files: z.string().optional(),
  signers: z.string().optional(),
  ...runsDirOption,
});

/** `signed`: the approvals with a valid signature; otherwise `notVerified` is the reason why none was checked. */
type Signatures = Pick<SignatureFindings, 'signed'> | { notVerified: string };

interface Data {
  run: string;
  file: string;
  events: number;
  documents: number;
  approvals: ReceiptApproval[];
  commits: number;
  digest: string;
  /** Missing where the receipt was made now. */
  verified?: { faults: string[]; comparedFiles: boolean; checkedSeals: boolean; signatures: Signatures };
}

export const command = defineCommand<z.infer<typeof schema>, Data>({
  name: 'receipt',
  example: 'sao receipt verify receipt.json --files /tmp/orchestration/RUN',
  arguments: [
    {
      name: '[run]',
      description: `${ANY_RUN.description}; or write \`verify\`, to check the receipt [file]`,
    },
    { name: '[file]', description: 'verify: read this receipt' },
  ],
  options: [
    {
      flags: '--output <file>',
      description: 'write the receipt to this file (default: receipt.json of the run)',
    },
    {
      flags: '--files <folder>',
      description: 'verify: also compare the documents with the files of this run directory',
    },
    {
      flags: '--signers <file>',
      description: 'verify: also check the SSH signatures of approvals against this list of allowed signers',
    },
  ],
  details: `A receipt holds the ledger as a chain of hashes, the hashes of all documents, the approvals and the commits of a run. docs/receipts.md says what it
proves alone, with a signature of yours, and on the machine that has the key of the approvals.
Exit codes: 0 the receipt was written, or nothing is wrong with it; 1 verify: faults, each named; 2 the file is no receipt.`,
  schema,
  async handler({ run, output, runsDir, ...options }, context) {
    if (run === 'verify') return verify(options, context.cwd);
    const found = findRun({ run, runsDir }, context);
    if (!found.ok) return found;
    const { dir } = found.value;
    const receipt = collectReceipt(dir, context.now());
    const path = output === undefined ? join(dir, 'receipt.json') : resolve(context.cwd, output);
    writeAtomic(path, `${JSON.stringify(receipt)}\n`);
    return accept({ data: summarize(receipt, path) }, warnOfChangedOutputs(receipt));
  },
  render: renderReceipt,
});

function warnOfChangedOutputs(receipt: Receipt): Diagnostic[] {
  return findChangedOutputs(receipt).map((output) =>
    warn('output-changed', describeChangedOutput(output), {
      target: output.path ?? output.agent,
      fix: `restore the file, or repeat the agent: sao retry ${receipt.run} ${output.agent}`,
    }),
  );
}

function verify(
  {
    file,
    files,
    signers,
  }: { file?: string | undefined; files?: string | undefined; signers?: string | undefined },
  cwd: string,
): Result<Answer<Data>> {
  if (file === undefined)
    return reject({
      code: 'usage',
      message: 'verify needs the file of a receipt',
      target: '[file]',
      fix: 'sao receipt verify receipt.json',
    });
  const path = resolve(cwd, file);
  const text = readRegularFile(path, MAX_RECEIPT_BYTES);
  if (!text.ok) return text;
  if (text.value === undefined) return rejectMissing(path);
  const receipt = parseReceipt(text.value.toString('utf8'), file);
  if (!receipt.ok) return receipt;
  const { run, sealKey, documents } = receipt.value;
  const signatures = verifySignatures(
    receipt.value,
    signers === undefined ? undefined : resolve(cwd, signers),
  );
  if (!signatures.ok) return signatures;
  const { faults: unsigned, ...checked } = signatures.value;
  const checkedSeals = sealKey !== null && sealKey === sealKeyId();
  const faults = [
    ...findReceiptFaults(receipt.value),
    ...unsigned,
    ...(checkedSeals ? findForeignApprovals(receipt.value, (line) => isSealedLine(run, line)) : []),
    ...(files === undefined
      ? []
      : compareDocuments(documents, (name) => readReceiptDocument(resolve(cwd, files), name))),
  ];
  const verified = { faults, comparedFiles: files !== undefined, checkedSeals, signatures: checked };
  return accept({ data: { ...summarize(receipt.value, path), verified }, exit: faults.length > 0 ? 1 : 0 });
}

/** Checks the signatures of approvals if a list of signers is given; otherwise says why not. */
function verifySignatures(
  receipt: Receipt,
  signers: string | undefined,
): Result<Signatures & { faults: string[] }> {
  const count = listApprovals(receipt.events).filter(isSigned).length;
  const skip = (notVerified: string) => accept({ notVerified, faults: [] });
  if (signers === undefined)
    return skip(
      count === 0
        ? 'no approval is signed'
        : `${countOf(count, 'signed approval')}; name a list with --signers FILE`,
    );
  const list = readRegularFile(signers, MAX_SIGNERS_BYTES);
  if (!list.ok) return list;
  if (list.value === undefined) return rejectSigners(signers);
  const text = list.value.toString('utf8');
  return accept(checkSignatures(receipt, (signed, signature) => findSignerIn(text, signed, signature)));
}

function rejectMissing(path: string) {
  const message = `there is no file ${path}`;
  const fix = 'name the file of a receipt: `sao receipt RUN` writes one';
  return reject({ code: 'receipt-missing', message, target: path, fix });
}

function rejectSigners(path: string) {
  return reject({
    code: 'signers-missing',
    message: `there is no list of allowed signers at ${path}`,
    target: '--signers',
    fix: 'name the file of allowed signers: `sao approvals list` shows which one this machine uses',
  });
}

function summarize(
  { run, events, documents, approvals, commits, digest }: ReturnType<typeof collectReceipt>,
  file: string,
): Data {
  return {
    run,
    file,
    events: events.length,
    documents: documents.length,
    approvals,
    commits: commits.length,
    digest,
  };
}

function renderReceipt({ run, file, events, documents, approvals, commits, digest, verified }: Data): string {
  const counts = [
    countOf(events, 'event'),
    countOf(documents, 'document'),
    countOf(approvals.length, 'approval'),
    countOf(commits, 'commit'),
  ].join(', ');
  const head = [
    `Receipt of ${plainText(run, 80)}: ${counts}.`,
    ...approvals.map(renderApproval),
    `Digest: ${digest}`,
  ];
  if (verified === undefined)
    return [
      ...head,
      `Written to ${plainText(file)}`,
      `To sign it: ssh-keygen -Y sign -n sao-receipt -f KEY ${plainText(file)}`,
    ].join('\n');
  const { faults, comparedFiles, checkedSeals, signatures } = verified;
  return [
    ...head,
    ...faults.map((fault) => `- wrong: ${plainText(fault, 300)}`),
    faults.length === 0 ? 'Nothing in it contradicts itself.' : `${countOf(faults.length, 'fault')}.`,
    checkedSeals
      ? 'The seals of the approvals were checked with the key of this user.'
      : 'Not checked: the seals of the approvals; only the user who has their key can.',
    ...('signed' in signatures
      ? signatures.signed.map(
          ({ event, signer }) => `Verified: event ${event} is signed by ${plainText(signer, 80)}.`,
        )
      : [`Signatures of approvals not verified: ${plainText(signatures.notVerified)}.`]),
    ...(comparedFiles ? [] : ['Not checked: the documents themselves (--files DIR).']),
    'Who made the receipt shows only a signature of the file.',
  ].join('\n');
}

function renderApproval({ event, type, at, by, who, level, signature }: ReceiptApproval): string {
  const proof = signature === null ? 'not signed' : 'signed';
  return `- event ${event}: ${type} at ${plainText(at, 40)} by ${plainText(who ?? by ?? 'unknown', 80)}, level ${plainText(level ?? 'unknown', 20)}, ${proof}`;
}
