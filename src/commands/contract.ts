import * as z from 'zod';
import { type AssertionFinding, checkAssertions } from '../contract/assertions.io.ts';
import { type Contract, parseContract } from '../contract/contract.ts';
import type { ContractFiles } from '../contract/contract-files.ts';
import { describeChange, describeContract } from '../contract/describe.ts';
import { type ContractChange, diffContracts } from '../contract/diff.ts';
import { hashContract } from '../contract/hash.ts';
import { readContractFiles } from '../contract/read.io.ts';
import { type ContractTree, readSide } from '../contract/tree.io.ts';
import { contractErrors } from '../contract/wording.ts';
import { plainText } from '../findings/plain-text.ts';
import { countOf } from '../findings/words.ts';
import { findRestoredTree } from '../pipeline/drive/restore.io.ts';
import { shortHash } from '../system/content-hash.ts';
import { accept, type Diagnostic, type Result, reject } from '../system/result.ts';
import { type Answer, defineCommand } from './command.ts';
import { actionArgument, oneOf, rootChoice, runsDirOption } from './options.ts';

const ACTIONS = ['check', 'show', 'diff'] as const;

interface Data {
  action: (typeof ACTIONS)[number];
  root: string;
  run: string | null;
  /** Hash of the current contract. */
  hash: string;
  /** `check`: what is wrong with it. */
  faults?: Diagnostic[];
  /** `check --assertions`: what in the code breaks a lock. */
  broken?: AssertionFinding[];
  /** `show`; in JSON the interfaces are left out, they are files. */
  contract?: Omit<Contract, 'interfaces'>;
  /** `diff` */
  changes?: ContractChange[];
  /** `diff`: also where the texts differ and what they say does not. */
  differs?: boolean;
}

interface Input {
  root?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  assertions: boolean;
  cwd: string;
}

type ContractAnswer = Promise<Result<Answer<Partial<Data>>>>;

export const command = defineCommand<
  Omit<Input, 'cwd'> & { action: Data['action']; run?: string | undefined; runsDir?: string | undefined },
  Data
>({
  name: 'contract',
  example: 'sao contract check --assertions',
  arguments: [
    actionArgument(ACTIONS),
    {
      name: '[run]',
      description: "name the run by id, unique prefix or path (default: the project's newest active build)",
    },
  ],
  options: [
    {
      flags: '--root <dir>',
      description:
        "read the contract in this folder (default: the run's integration worktree, or the project)",
    },
    { flags: '--assertions', description: 'check: also search the code for the patterns of locks' },
    {
      flags: '--from <side>',
      description:
        'diff: compare this side: approved, now, a folder or a commit (default: approved; HEAD if there is no run)',
    },
    { flags: '--to <side>', description: 'diff: compare with this side, as for --from (default: now)' },
  ],
  details: `check reads all of .orchestration/contracts and reports every fault with its file, and its JSON path or heading. It runs no command of the contract.
Exit codes: 0 valid, or no difference; 1 check: faults or broken locks, diff: differences; 2 wrong input, or no contract, show: not valid.`,
  schema: z.object({
    action: oneOf(ACTIONS),
    run: z.string().optional(),
    root: z.string().optional(),
    assertions: z.boolean().default(false),
    from: z.string().optional(),
    to: z.string().optional(),
    ...runsDirOption,
  }),
  async handler({ action, run, ...input }, context) {
    const tree = await findRestoredTree({ root: input.root, run }, rootChoice(input, context));
    if (!tree.ok) return tree;
    const { root, run: build } = tree.value;
    const files = readContractFiles(root);
    if (!files.ok) return files;
    if (files.value.size === 0 && action !== 'diff') return reject(contractErrors.none(root));
    const answer = await HANDLERS[action](tree.value, files.value, { ...input, cwd: context.cwd });
    if (!answer.ok) return answer;
    const { data, ...rest } = answer.value;
    const known = { action, root, run: build?.id ?? null, hash: hashContract(files.value) };
    return accept({ data: { ...known, ...data }, ...rest }, [...tree.diagnostics, ...answer.diagnostics]);
  },
  render,
});

const HANDLERS: Record<
  Data['action'],
  (tree: ContractTree, files: ContractFiles, input: Input) => ContractAnswer
> = {
  async check({ root }, files, { assertions }) {
    const parsed = parseContract(files);
    if (!parsed.ok) return accept({ data: { faults: parsed.diagnostics }, exit: 1 });
    const tested = assertions ? await checkAssertions(root, parsed.value.locks) : accept([]);
    if (!tested.ok) return tested;
    const data = { faults: [], ...(assertions ? { broken: tested.value } : {}) };
    return accept({ data, exit: tested.value.length > 0 ? 1 : 0 }, parsed.diagnostics);
  },
  async show(_, files) {
    const parsed = parseContract(files);
    if (!parsed.ok) return parsed;
    const { interfaces: _pages, ...contract } = parsed.value;
    return accept({ data: { contract } }, parsed.diagnostics);
  },
  async diff(tree, files, { from = tree.run ? 'approved' : 'HEAD', to = 'now', cwd }) {
    const before = await readSide(from, tree, cwd);
    if (!before.ok) return before;
    const after = await readSide(to, tree, cwd);
    if (!after.ok) return after;
    if (before.value.size === 0 && after.value.size === 0 && files.size === 0)
      return reject(contractErrors.none(tree.root));
    const changes = diffContracts(before.value, after.value);
    const differs = hashContract(before.value) !== hashContract(after.value);
    return accept({ data: { changes, differs }, exit: differs ? 1 : 0 });
  },
};

function render({ root, hash, faults = [], broken = [], contract, changes, differs }: Data): string {
  if (contract) return [`${shortHash(hash)}  ${root}`, ...describeContract(contract)].join('\n');
  if (changes) {
    if (changes.length > 0) return changes.flatMap(describeChange).join('\n');
    return differs ? 'the texts differ; what they say does not' : 'nothing differs';
  }
  if (faults.length > 0)
    return [
      ...faults.flatMap(({ message, fix }) => [plainText(message), `  fix: ${plainText(fix ?? '')}`]),
      `${countOf(faults.length, 'fault')} in ${root}`,
    ].join('\n');
  return [
    ...broken.map(
      ({ lock, path, line, detail }) =>
        `${plainText(lock)}: ${path ? `${plainText(path)}${line ? `:${line}` : ''}: ` : ''}${plainText(detail)}`,
    ),
    `${shortHash(hash)}  valid: ${root}`,
  ].join('\n');
}
