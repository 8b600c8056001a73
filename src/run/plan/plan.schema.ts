import * as z from 'zod';
import { hasControlCharacters } from '../ledger/control-characters.ts';
import { MODELS } from '../ledger/manifest.ts';
import { isName, NAME_RULE } from '../ledger/names.ts';

/** The most workers a plan may come to once every `each` is expanded. */
export const MAX_WORKERS = 1000;

const name = z.string().refine(isName, { error: `must be ${NAME_RULE}` });
/** Coordinators are named after their domain, and their names obey the same rule. */
export const MAX_DOMAIN_ID = 48;
const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !hasControlCharacters(value), { error: 'must not hold control characters' });

const worker = z
  .strictObject({
    id: name
      .optional()
      .describe('Unique in the run; given by the engine when left out (a1, a2 … of the first domain).'),
    name: text(120).optional().describe('A short name for tables; taken from the task when left out.'),
    task: text(8000).describe(
      'What this worker does: one narrow task. `{item}` is replaced by the item of `each`.',
    ),
    scope: text(2000)
      .optional()
      .describe('What it may read: a glob or a sentence. `{item}` is replaced by the item of `each`.'),
    each: z
      .union([text(1000), z.array(text(1000)).min(1)])
      .optional()
      .describe('A glob relative to the project, or a list: makes one worker an item.'),
    run: text(4000)
      .optional()
      .describe(
        'A command that the engine runs itself, without a shell and without a model; its output becomes the worker’s file.',
      ),
    model: z.enum(MODELS).optional().describe('Chosen from the task when left out.'),
    tools: z
      .array(text(200))
      .min(1)
      .optional()
      .describe('Tools that the worker may use, as the client names them.'),
    timeout: z
      .number()
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe('Seconds that one attempt may take; 300 when left out.'),
    after: z
      .array(name)
      .optional()
      .describe(
        'Ids of workers (or of an `each`, or of a domain) that must have ended before this one starts.',
      ),
  })
  .refine((value) => value.run === undefined || value.model === undefined, {
    error: 'must be left out for a command worker (`run`)',
    path: ['model'],
  });

const domain = z.strictObject({
  id: name.max(MAX_DOMAIN_ID).describe('Unique in the run.'),
  name: text(120).optional().describe('A short name for people; the id when left out.'),
  workers: z.array(worker).min(1).describe('3 to 8 workers a domain are advised.'),
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  task: text(8000).optional().describe('What the whole run is for; the run’s own task when left out.'),
  domains: z
    .array(domain)
    .min(1)
    .describe('Groups of workers, each with one coordinator; 3 to 5 are advised.'),
});

export type PlanInput = z.infer<typeof planSchema>;
export type DomainInput = PlanInput['domains'][number];
export type WorkerInput = DomainInput['workers'][number];
