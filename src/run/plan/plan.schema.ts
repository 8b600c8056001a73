import * as z from 'zod';
import { hasControlCharacters } from '../../findings/control-characters.ts';
import { MODELS } from '../ledger/manifest.ts';
import { isName, NAME_RULE } from '../ledger/names.ts';

/** Maximum number of workers after every `each` is expanded. */
export const MAX_WORKERS = 1000;

const name = z.string().refine(isName, { error: `must be ${NAME_RULE}` });
/** Maximum length of a domain's id: the id of its coordinator is `coord-{id}` and must be a valid name too. */
export const MAX_DOMAIN_ID = 48;
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !hasControlCharacters(value), { error: 'must not contain control characters' });

const worker = z
  .strictObject({
    id: name
      .optional()
      .describe('Unique in the run. Default: a1, a2 … in the first domain, b1 … in the second.'),
    name: text(120).optional().describe('A short name for tables. Default: taken from the task.'),
    task: text(8000).describe(
      'The one narrow task of this worker. `{item}` is replaced by the item of `each`.',
    ),
    scope: text(2000)
      .optional()
      .describe(
        'What the worker may read: a glob or a sentence. `{item}` is replaced by the item of `each`.',
      ),
    each: z
      .union([text(1000), z.array(text(1000)).min(1)])
      .optional()
      .describe('A glob relative to the project, or a list: creates one worker for each item.'),
    run: text(4000)
      .optional()
      .describe(
        'A command that the engine runs without a shell and without a model. Its output becomes the worker’s file.',
      ),
    model: z.enum(MODELS).optional().describe('Default: chosen from the task.'),
    tools: z
      .array(text(200))
      .min(1)
      .optional()
      .describe('Tools that the worker needs, as the client names them. Default: chosen from the task.'),
    timeout: z
      .number()
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe(
        'Timeout of one attempt in seconds. Default: 300, or `timeouts.worker` of the project’s configuration.',
      ),
    after: z
      .array(name)
      .optional()
      .describe('Ids of workers (or of an `each`, or of a domain) that must end before this worker starts.'),
  })
  .refine((value) => value.run === undefined || value.model === undefined, {
    error: 'must be left out for a command worker (`run`)',
    path: ['model'],
  });

const domain = z.strictObject({
  id: name.max(MAX_DOMAIN_ID).describe('Unique in the run.'),
  name: text(120).optional().describe('A short name for reports. Default: the id.'),
  workers: z.array(worker).min(1).describe('The workers; 3 to 8 are advised.'),
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  task: text(8000)
    .optional()
    .describe('The task of the whole run. Default: the task that the run was created with.'),
  domains: z
    .array(domain)
    .min(1)
    .describe('Groups of workers, each with one coordinator; 3 to 5 are advised.'),
});

export type PlanInput = z.infer<typeof planSchema>;
export type DomainInput = PlanInput['domains'][number];
export type WorkerInput = DomainInput['workers'][number];
