import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { EXPORT_FORMATS, type ExportFormat, exportPairs } from '../memory/training/export.ts';
import { type BootstrapVerdict, judgeBootstrap } from '../memory/training/gate.ts';
import type { PairConflict } from '../memory/training/judge-pairs.ts';
import { type JudgedTree, judgeTree } from '../memory/training/judge-tree.io.ts';
import type { RejectedPair } from '../memory/training/reasons.ts';
import { nextPairId, selectDuplicates, selectExpired } from '../memory/training/select.ts';
import { type Share, sharesOf } from '../memory/training/shares.ts';
import { type Removal, removeLines, writeExport } from '../memory/training/training.io.ts';
import {
  formatGateVerdict,
  formatLineCount,
  formatPairConflicts,
  formatRejections,
  formatShares,
  warnOfFaults,
  warnOfShares,
} from '../memory/training/wording.ts';
import { restoreBuild } from '../pipeline/drive/restore.io.ts';
import { findProject } from '../run/ledger/project.io.ts';
import { readProjectConfig } from '../run/ledger/project-config.io.ts';
import type { BuildSettings } from '../run/ledger/settings.ts';
import { readManifest, treesFolder } from '../run/ledger/store.io.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { INTEGRATION } from '../workspace/worktree/names.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { ANY_RUN, actionArgument, findRun, oneOf, runsDirOption, wholeNumber } from './options.ts';

const ACTIONS = ['check', 'stats', 'dedupe', 'expire', 'export'] as const;
type Action = (typeof ACTIONS)[number];

interface Data {
  action: Action;
  root: string;
  lines: number;
  valid: number;
  rejected: RejectedPair[];
  conflicts: PairConflict[];
  shares: Share[];
  /** The first number that no id has. */
  nextPairId: number;
  gate?: BootstrapVerdict;
  /** dedupe, expire: lines that go, and where they went with --write. */
  selected?: RejectedPair[];
  removed?: Removal[];
  exported?: { format: ExportFormat; train: number; validation: number; files: string[]; withheld: string[] };
}

const fraction = (max: number) =>
  z
    .string()
    .regex(/^(?:0|1|0?\.\d{1,6}|1\.0{1,6})$/, { error: `must be a number from 0 to ${max}` })
    .transform(Number)
    .refine((value) => value <= max, { error: `must be a number from 0 to ${max}` });

const schema = z.object({
  action: oneOf(ACTIONS),
  run: z.string().optional(),
  root: z.string().optional(),
  format: z.enum(EXPORT_FORMATS).default('openai'),
  validation: fraction(0.5).default(0.1),
  out: z.string().optional(),
  minQuality: fraction(1).optional(),
  minPairs: wholeNumber.optional(),
  write: z.boolean().default(false),
  now: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: 'must be an ISO 8601 date or time' })
    .optional(),
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;

export const command = defineCommand<Input, Data>({
  name: 'training',
  example: 'sao training check --min-pairs 200',
  arguments: [actionArgument(ACTIONS), ANY_RUN],
  options: [
    { flags: '--root <dir>', description: 'read .orchestration/training in this folder' },
    {
      flags: '--min-pairs <n>',
      description: 'check: require this many valid pairs (default: build.minPairs)',
    },
    {
      flags: '--min-quality <score>',
      description: 'reject pairs of lower quality (default: build.minQuality)',
    },
    { flags: '--write', description: 'dedupe, expire: move the lines to training/removed' },
    {
      flags: '--format <name>',
      description: 'export: write this format (default: openai)',
      choices: EXPORT_FORMATS,
    },
    {
      flags: '--validation <ratio>',
      description: 'export: write this share of the pairs to validation.jsonl (default: 0.1)',
    },
    {
      flags: '--out <dir>',
      description: 'export: write to this folder (default: .orchestration/training/export/{format})',
    },
    { flags: '--now <time>', description: 'check expiry against this time instead of now' },
  ],
  details: `Reads the integration worktree of a build, or the project if there is none. docs/training.md describes the format and every rule.
Set build.minPairs (default: 200) and build.minQuality (default: 0.7) in the project's .orchestration/config.json.
Without --write, dedupe and expire only print what they would move. export writes only valid pairs.
Exit codes: 1 check: too few valid pairs for the gate; export: no valid pair.`,
  schema,
  async handler(input, context) {
    const place = await findTrainingPlace(input, context);
    if (!place.ok) return place;
    const { root, project } = place.value;
    const config = readProjectConfig(project);
    if (!config.ok) return config;
    const { minPairs = config.value.build.minPairs, minQuality = config.value.build.minQuality } = input;
    const now = input.now === undefined ? context.now().getTime() : Date.parse(input.now);
    const tree = judgeTree(root, { now, minQuality });
    if (!tree.ok) return tree;
    const data = describe(input.action, root, tree.value);
    const answer = HANDLERS[input.action]({
      ...{ input, context, data, tree: tree.value },
      needed: { minPairs, minQuality },
    });
    if (!answer.ok) return answer;
    return accept(answer.value, [
      ...place.diagnostics,
      ...warnOfFaults(tree.value.files),
      ...answer.diagnostics,
    ]);
  },
  render: (data) => RENDERERS[data.action](data).join('\n'),
});

/** Where the pairs are, and the project whose configuration holds for them. */
interface TrainingPlace {
  root: string;
  project: string;
}

/** The tree that is named; else of the run that is named, or is under way, its integration worktree; else the project. */
async function findTrainingPlace(
  { root, run, runsDir }: Input,
  context: Context,
): Promise<Result<TrainingPlace>> {
  if (root !== undefined) return alone(checkFolder(resolve(context.cwd, root)));
  const found = findRun({ run, runsDir }, context);
  if (!found.ok) return run === undefined ? alone(findProject(context.cwd)) : found;
  const manifest = readManifest(found.value.dir);
  if (!manifest.ok) return manifest;
  const { mode, project } = manifest.value;
  const integration = join(treesFolder(found.value.dir), INTEGRATION);
  const restored =
    mode === 'build' && !existsSync(integration) ? await restoreBuild(found.value.dir) : accept([]);
  if (!restored.ok) return restored;
  const isBuild = mode === 'build' && existsSync(integration);
  return accept({ root: isBuild ? integration : project, project }, found.diagnostics);
}

/** A tree that is its own project. */
function alone(tree: Result<string>): Result<TrainingPlace> {
  return tree.ok ? accept({ root: tree.value, project: tree.value }, tree.diagnostics) : tree;
}

function checkFolder(path: string): Result<string> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return accept(path);
  const message = `there is no folder ${path}`;
  return reject({ code: 'training-root', message, target: path, fix: 'name an existing folder with --root' });
}

function describe(action: Action, root: string, tree: JudgedTree): Data {
  return {
    action,
    root,
    lines: tree.files.reduce((sum, { lines }) => sum + lines.length, 0),
    valid: tree.valid.length,
    rejected: tree.rejected,
    conflicts: tree.conflicts,
    shares: sharesOf(tree.valid),
    nextPairId: nextPairId(tree),
  };
}

interface Call {
  input: Input;
  context: Context;
  data: Data;
  tree: JudgedTree;
  /** By the options, else by the project's configuration: as the gate of a build asks for them. */
  needed: Pick<BuildSettings, 'minPairs' | 'minQuality'>;
}

const HANDLERS: Record<Action, (call: Call) => Result<Answer<Data>>> = {
  check({ needed, data, tree }) {
    const gate = judgeBootstrap(tree, needed);
    return accept({ data: { ...data, gate }, exit: gate.ok ? 0 : 1 }, warnOfShares(data.shares));
  },
  stats: ({ data }) => accept({ data }),
  dedupe: (call) => remove(call, selectDuplicates(call.tree.rejected)),
  expire: (call) => remove(call, selectExpired(call.tree.rejected)),
  export({ input: { format, validation, out }, context, data, tree }) {
    const { train, validation: held, counts, withheld } = exportPairs(tree.valid, format, validation);
    if (counts.train + counts.validation === 0) return accept({ data, exit: 1 });
    const folder = out === undefined ? exportFolder(data.root, format) : resolve(context.cwd, out);
    const files = writeExport(
      folder,
      new Map([
        ['train.jsonl', train],
        ['validation.jsonl', held],
      ]),
    );
    if (!files.ok) return files;
    return accept({ data: { ...data, exported: { format, ...counts, files: files.value, withheld } } });
  },
};

function exportFolder(root: string, format: ExportFormat): string {
  return join(root, '.orchestration', 'training', 'export', format);
}

function remove({ input, data }: Call, selected: RejectedPair[]): Result<Answer<Data>> {
  if (!input.write || selected.length === 0) return accept({ data: { ...data, selected } });
  const removed = removeLines(data.root, selected);
  return removed.ok ? accept({ data: { ...data, selected, removed: removed.value } }) : removed;
}

const RENDERERS: Record<Action, (data: Data) => string[]> = {
  check: ({ gate, conflicts }) => [
    ...(gate ? formatGateVerdict(gate) : []),
    ...formatPairConflicts(conflicts),
  ],
  stats: ({ lines, valid, rejected, shares, nextPairId: next }) => [
    `${formatLineCount(lines)}: ${valid} valid, ${rejected.length} rejected; the next number is ${next}`,
    ...formatShares(shares),
  ],
  dedupe: (data) => [...formatRemoval(data, 'a near duplicate'), ...formatPairConflicts(data.conflicts)],
  expire: (data) => formatRemoval(data, 'expired'),
  export: ({ exported, rejected, root }) =>
    exported
      ? [
          `${exported.train} pairs for training, ${exported.validation} for validation (${exported.format}); ${rejected.length} rejected, ${exported.withheld.length} withheld`,
          ...exported.files,
        ]
      : [`${root} has no valid pair; for the reasons: sao training check`],
};

function formatRemoval({ selected = [], removed }: Data, what: string): string[] {
  if (selected.length === 0) return [`no line is ${what}`];
  const head = removed
    ? `moved ${formatLineCount(selected.length)}, each ${what}, to ${removed.map(({ keptIn }) => keptIn).join(', ')}`
    : `${formatLineCount(selected.length)}, each ${what}; --write moves them to training/removed`;
  return [head, ...formatRejections(selected)];
}
