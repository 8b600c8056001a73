import * as z from 'zod';
import { BLOCKER_KINDS, RELEASE_REASONS, ROLES } from '../queue/model/types.ts';
import type { Result } from '../system/result.ts';
import type { Answer, Context } from './command.ts';
import { oneOf, runsDirOption } from './options.ts';
import { listOption, queueOption } from './queue-options.ts';

/** The actions of `sao queue`. */
export const ACTIONS = [
  'init',
  'check',
  'claim',
  'renew',
  'complete',
  'release',
  'block',
  'dispatch',
  'active',
  'stats',
  'dead',
  'lint',
  'token',
  'guide',
] as const;

const whole = (what: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be ${what}` })
    .transform(Number);

export const schema = z.object({
  action: oneOf(ACTIONS),
  subject: z.string().optional(),
  id: z.string().optional(),
  ...queueOption,
  engine: z.string().default('files'),
  limit: z.array(z.string()).default([]),
  resource: z.array(z.string()).default([]),
  guide: z.array(z.string()).optional(),
  executor: z.string().optional(),
  team: z.string().default(''),
  repo: listOption,
  can: listOption,
  slots: whole('a whole number of slots').default(4),
  pid: whole('a process id').optional(),
  commit: z.string().default(''),
  evidence: z.string().default(''),
  testExit: whole('an exit code').optional(),
  reason: oneOf(RELEASE_REASONS).optional(),
  note: z.string().default(''),
  workAt: z.string().default(''),
  kind: oneOf(BLOCKER_KINDS).default('needs-decision'),
  question: z.string().default(''),
  for: z.enum(['leader', 'human'], { error: 'must be leader or human' }).default('leader'),
  phase: z.string().optional(),
  role: oneOf(ROLES).default('executor'),
  days: whole('a whole number of days').default(30),
  ...runsDirOption,
});
export type QueueInput = z.infer<typeof schema>;

/** What every action answers: its own data, and the lines that a human reads. */
export interface QueueData {
  action: string;
  lines: string[];
  [more: string]: unknown;
}

export type QueueHandler = (input: QueueInput, context: Context) => Promise<Result<Answer<QueueData>>>;
