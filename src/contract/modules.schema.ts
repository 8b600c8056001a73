import * as z from 'zod';
import { hasControlCharacters } from '../findings/control-characters.ts';
import { MODELS } from '../run/ledger/manifest.ts';
import { INTEGRATION } from '../workspace/worktree/names.ts';

const MAX_MODULES = 200;
/** Maximum number of globs of a module, and of shared paths. */
const MAX_GLOBS = 50;

/** Names that modules cannot have, because the engine uses them for its own worktree and training file. */
const RESERVED: readonly string[] = [INTEGRATION, 'bootstrap'];

const MODULE_RULE = `1 to 48 of a-z 0-9 _ - starting with a letter or digit, and not ${RESERVED.join(' or ')}`;

/** A module's name, from which ids of agents, branches, folders and files are formed. */
function isBuildModule(value: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,47}$/.test(value) && !RESERVED.includes(value);
}

const moduleName = z.string().refine(isBuildModule, { error: `must be ${MODULE_RULE}` });

/** A text of 1 to `max` characters without control characters; blanks around it are removed. */
export const boundedText = (max: number) =>
  z
    .string()
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(max)
    .refine((value) => !hasControlCharacters(value), { error: 'must not hold control characters' });

const glob = boundedText(200);
const command = boundedText(4000);

const moduleSchema = z.strictObject({
  name: moduleName.describe(`Unique: ${MODULE_RULE}.`),
  description: boundedText(8000).describe('The purpose of the module; its builder reads this.'),
  depends_on: z.array(z.string()).describe('Names of the modules that it uses; they are built first.'),
  interface: boundedText(200).describe('`interfaces/{name}.interface.md`'),
  paths: z
    .array(glob)
    .min(1)
    .max(MAX_GLOBS)
    .describe(
      'Globs of what its builder may write, relative to the project. No path may belong to two modules.',
    ),
  builder_model: z.enum(MODELS).describe('The model that builds it.'),
  estimated_complexity: z.enum(['low', 'medium', 'high']).describe('The estimated amount of work.'),
  test_command: command
    .optional()
    .describe('The test command of this module. Default: the project’s `test_command`.'),
});

export const modulesSchema = z.strictObject({
  project: boundedText(120).describe('The name of the project.'),
  test_command: command.describe('Runs the tests of a module’s worktree, without a shell.'),
  integration_test_command: command.describe('Runs after every merge, without a shell.'),
  shared_paths: z
    .array(glob)
    .max(MAX_GLOBS)
    .default([])
    .describe(
      'Globs of files that any builder may change beside its own, such as a package manifest; merges decide.',
    ),
  modules: z.array(moduleSchema).min(1).max(MAX_MODULES),
  build_order: z.array(z.string()).describe('Every module once, each after its dependencies.'),
  assembly_order: z
    .array(z.string())
    .describe('The order of the merges: every module once, each after its dependencies.'),
});

export const MODULES_KEYS = [...Object.keys(modulesSchema.shape), ...Object.keys(moduleSchema.shape)];

const strings = z.array(z.string());
const globs = z.array(z.string()).max(MAX_GLOBS).catch([]);

/** A tolerant schema for a document with faults: an invalid field counts as missing, and each module keeps its position. */
export const modulesDraftSchema = z.object({
  test_command: command.optional().catch(undefined),
  integration_test_command: command.optional().catch(undefined),
  shared_paths: globs,
  modules: z
    .array(
      z
        .object({
          name: moduleName.optional().catch(undefined),
          depends_on: strings.catch([]),
          interface: boundedText(200).optional().catch(undefined),
          paths: globs,
          test_command: command.optional().catch(undefined),
        })
        .catch({ depends_on: [], paths: [] }),
    )
    .max(MAX_MODULES)
    .catch([]),
  build_order: strings.optional().catch(undefined),
  assembly_order: strings.optional().catch(undefined),
});

/** A valid document, or the readable parts of one with faults. */
export type ModulesDraft = z.infer<typeof modulesDraftSchema>;
export type ModuleDraft = ModulesDraft['modules'][number];

/** `modules.json` */
export type ModulesDocument = z.infer<typeof modulesSchema>;
export type Module = z.infer<typeof moduleSchema>;
