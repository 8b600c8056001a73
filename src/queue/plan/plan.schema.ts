import * as z from 'zod';

const text = z.string().max(20_000);
const texts = z.array(text.min(1)).max(100).default([]);
const names = z.array(z.string().min(1).max(200)).max(5_000).default([]);

const integrationSchema = z.strictObject({
  criteria: texts.describe('What the leader checks before the phase counts as integrated.'),
  rollback: text.default('').describe('How the merge of the phase is undone.'),
  approval: z
    .enum(['none', 'human'])
    .default('none')
    .describe('`human`: later phases stay closed until a human approves the result of this one.'),
});

const phaseSchema = z.strictObject({
  id: z.string(),
  name: text.default(''),
  mode: z
    .enum(['sequential', 'parallel'])
    .default('sequential')
    .describe('`sequential`: waits for all earlier phases, and all later phases wait for it.'),
  teams: names,
  integration: integrationSchema.optional(),
});

const taskSchema = z.strictObject({
  id: z.string().describe('Unique in the plan; `after` names it.'),
  phase: z.string().optional().describe('Id of a phase; default: the first one.'),
  team: z.string().default(''),
  coder: z.string().default('').describe('The coder of the team that the task is meant for, such as `c1.2`.'),
  title: z.string(),
  context: text.default('').describe('The problem that the task solves, and where to read about it.'),
  deliverables: texts,
  criteria: texts,
  test: text.default('').describe('A command that proves the task.'),
  repo: z.string().optional(),
  branch: z.string().optional(),
  base: z.string().optional().describe('Commit or branch to start from.'),
  paths: names.describe('Globs of the files that the task may change.'),
  after: names.describe('Ids of tasks that have to be done first.'),
  needs: names.describe('What an executor has to be able to do.'),
  uses: names.describe('Resources of the queue that are held while the task runs.'),
  env: names.describe('Names of environment variables that an executor must have; never values.'),
  priority: z.int().min(0).max(9).default(5).describe('9 is claimed first.'),
  size: z.enum(['S', 'M', 'L']).default('M'),
  model: z.string().default(''),
});

/** The plan of an idea, as its author writes it. No field holds a date or a duration. */
export const queuePlanSchema = z.strictObject({
  version: z.literal(1),
  repo: z.string().default('').describe('Repository of all tasks that name none.'),
  branch: z.string().default('').describe('Branch of all tasks that name none.'),
  base: z.string().default(''),
  phases: z.array(phaseSchema).max(100).default([]),
  tasks: z.array(taskSchema).min(1).max(50_000),
});

export type GivenPlan = z.infer<typeof queuePlanSchema>;
