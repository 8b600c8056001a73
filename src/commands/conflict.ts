import * as z from 'zod';
import { type KnownConflict, readConflicts } from '../contract/conflicts.io.ts';
import { readContractFiles } from '../contract/read.io.ts';
import { treesOfRun } from '../contract/reports.io.ts';
import type { ContractTree } from '../contract/tree.io.ts';
import { contractErrors } from '../contract/wording.ts';
import { plainText } from '../findings/plain-text.ts';
import { describeConflict } from '../pipeline/conflict/describe-conflict.ts';
import { type ResolvedConflict, resolveWithApproval } from '../pipeline/conflict/resolve.io.ts';
import { refreshPipelinePage } from '../pipeline/drive/refresh-page.io.ts';
import { findRestoredTree } from '../pipeline/drive/restore.io.ts';
import { readManifest } from '../run/ledger/store.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, oneOf, rootChoice, runsDirOption } from './options.ts';

const ACTIONS = ['list', 'show', 'resolve'] as const;

interface Data {
  action: (typeof ACTIONS)[number];
  run: string | null;
  conflicts: KnownConflict[];
  /** `resolve` */
  resolved?: ResolvedConflict;
}

interface Input {
  decision?: 'flex' | 'adapt' | undefined;
  note?: string | undefined;
  contract: string[];
  yes: boolean;
  sign?: boolean | undefined;
  signature?: string | undefined;
}

export const command = defineCommand<
  Input & {
    action: Data['action'];
    first?: string | undefined;
    second?: string | undefined;
    runsDir?: string | undefined;
  },
  Data
>({
  name: 'conflict',
  example: 'sao conflict list',
  arguments: [
    actionArgument(ACTIONS),
    {
      name: '[first]',
      description:
        "name the run (default: the project's newest active build), or the conflict if there is only one argument",
    },
    { name: '[second]', description: 'show, resolve: name the conflict' },
  ],
  options: [
    {
      flags: '--decision <decision>',
      description: 'resolve: change the contract (flex), or let the module follow it (adapt)',
      choices: ['flex', 'adapt'],
    },
    { flags: '--note <text>', description: 'resolve: give the decision and its reason' },
    {
      flags: '--contract <paths...>',
      description: 'resolve --decision flex: use these changed files of the contract',
    },
    { flags: '--yes', description: 'resolve: skip the question; only in a terminal of your own' },
    {
      flags: '--sign',
      description: 'resolve: give the approval with a signature of your key (see sao approvals)',
    },
    { flags: '--signature <file>', description: 'resolve: give the approval by this signed record' },
  ],
  details: `resolve commits a new decision in .orchestration/contracts/decisions and the changed files of the contract on the integration branch,
and adds a note to the brain files of the affected builders. A human has to confirm it: in a terminal, the command asks; inside a
session, the call becomes a question. Nothing is written if the contract would become invalid.
Exit codes: 0 success; 1 list: a conflict is open; 2 refused, wrong input, or no contract.`,
  schema: z.object({
    action: oneOf(ACTIONS),
    first: z.string().optional(),
    second: z.string().optional(),
    decision: z.enum(['flex', 'adapt']).optional(),
    note: z.string().optional(),
    contract: z.array(z.string()).default([]),
    yes: z.boolean().default(false),
    sign: z.boolean().optional(),
    signature: z.string().optional(),
    ...runsDirOption,
  }),
  async handler({ action, first, second, runsDir, ...input }, context) {
    const isNameAlone = action !== 'list' && second === undefined;
    const [run, name] = isNameAlone ? [undefined, first] : [first, second];
    const tree = await findRestoredTree({ run }, rootChoice({ runsDir }, context));
    if (!tree.ok) return tree;
    if (action !== 'list' && name === undefined) return reject(contractErrors.noName());
    const answer = await HANDLERS[action](tree.value, name ?? '', input, context);
    if (!answer.ok) return answer;
    const { data, ...rest } = answer.value;
    const known = { action, run: tree.value.run?.id ?? null };
    return accept({ data: { ...known, ...data }, ...rest }, [...tree.diagnostics, ...answer.diagnostics]);
  },
  render,
});

type ConflictAnswer = Result<Answer<Omit<Data, 'action' | 'run'>>>;

const HANDLERS: Record<
  Data['action'],
  (
    tree: ContractTree,
    name: string,
    input: Input,
    context: Context,
  ) => ConflictAnswer | Promise<ConflictAnswer>
> = {
  list(tree) {
    const known = readKnown(tree);
    if (!known.ok) return known;
    const isOpen = known.value.some(({ state }) => state === 'open');
    return accept({ data: { conflicts: known.value }, exit: isOpen ? 1 : 0 }, known.diagnostics);
  },
  show(tree, name) {
    const known = readKnown(tree);
    if (!known.ok) return known;
    const conflict = known.value.find((each) => each.name === name);
    const names = known.value.map((each) => each.name);
    return conflict
      ? accept({ data: { conflicts: [conflict] } })
      : reject(contractErrors.noConflict(name, names));
  },
  async resolve({ root, run }, name, { decision, note = '', contract, ...proof }, context) {
    if (!run) return reject(contractErrors.noRun(root));
    if (!decision) return reject(contractErrors.noDecision());
    const manifest = readManifest(run.dir);
    if (!manifest.ok) return manifest;
    const { project } = manifest.value;
    const order = { run: run.id, dir: run.dir, project, name, decision, note, contract, ...proof };
    const resolved = await resolveWithApproval(order, context);
    if (!resolved.ok) return resolved;
    refreshPipelinePage(run.dir, context);
    return accept({ data: { conflicts: [], resolved: resolved.value } }, resolved.diagnostics);
  },
};

function readKnown({ root, run }: ContractTree): Result<KnownConflict[]> {
  const files = readContractFiles(root);
  if (!files.ok) return files;
  const trees = run ? treesOfRun(run.dir) : [];
  const known = readConflicts(trees.length > 0 ? trees : [root], files.value);
  // Without a contract nothing was looked for: that is no empty list.
  const isUnknown = known.ok && known.value.length === 0 && files.value.size === 0;
  return isUnknown ? reject(contractErrors.none(root)) : known;
}

function render({ action, run, conflicts, resolved }: Data): string {
  if (resolved) return renderResolved(resolved, run ?? '');
  if (action === 'show')
    return conflicts
      .flatMap((conflict) => {
        const { state, resolution } = conflict;
        return [...describeConflict(conflict), `  ${state}${resolution ? ` by ${resolution.path}` : ''}`];
      })
      .join('\n');
  if (conflicts.length === 0) return 'no conflicts';
  return conflicts
    .map(({ name, state, title, resolution }) => {
      const end = resolution ? `  (${resolution.path})` : '';
      return `${state.padEnd(8)}  ${name.padEnd(30)}  ${plainText(title, 120)}${end}`;
    })
    .join('\n');
}

function renderResolved({ name, decision, commit, told, gateOpen }: ResolvedConflict, run: string): string {
  return [
    commit === null
      ? `${name} was already resolved by ${decision}`
      : `${name} is resolved by ${decision}, commit ${commit.slice(0, 12)}`,
    `modules informed: ${told.join(', ') || 'none'}`,
    gateOpen
      ? `next: sao next ${run}`
      : `the contract has changed since it was approved: sao gate approve architect ${run}`,
  ].join('\n');
}
