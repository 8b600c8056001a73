import * as z from 'zod';
import { plainText } from '../findings/plain-text.ts';
import { findIdeaApprovalFault } from '../queue/call/approve.io.ts';
import {
  decideApprove,
  decideApprovePhase,
  decideCreate,
  decideDrop,
  decideExecute,
  decidePlan,
  findIdea,
  findWaitingPhase,
  hashDrop,
  hashPhase,
} from '../queue/decide/ideas.ts';
import {
  describeIdea,
  describeIdeaApproval,
  describePhase,
  describePlannedIdea,
} from '../queue/describe/describe-idea.ts';
import { renderIdeaBrief } from '../queue/handoff/idea-brief.ts';
import { decideImport } from '../queue/intake/decide-import.ts';
import { readIssues } from '../queue/intake/read-issues.ts';
import { renderComment } from '../queue/intake/render-comment.ts';
import { lintPlan } from '../queue/lint/lint-plan.ts';
import { readQueuePlan } from '../queue/plan/read-plan.ts';
import { queueProblems } from '../queue/wording.ts';
import { fillTemplate } from '../run/prompt/template.ts';
import { loadTemplate } from '../run/prompt/templates.io.ts';
import { shortHash } from '../system/content-hash.ts';
import { accept, type Result, reject } from '../system/result.ts';
import { type Answer, type Context, defineCommand } from './command.ts';
import { actionArgument, oneOf, runsDirOption } from './options.ts';
import type { QueueData } from './queue-input.ts';
import {
  confirmInQueue,
  HUMAN_OPTIONS,
  humanOptions,
  lintContext,
  QUEUE_OPTION,
  queueOption,
  readPlanText,
  withQueue,
  withView,
} from './queue-options.ts';

const ACTIONS = ['create', 'import', 'brief', 'plan', 'show', 'list', 'approve', 'execute', 'drop'] as const;

const schema = z.object({
  action: oneOf(ACTIONS),
  subject: z.string().optional(),
  file: z.string().optional(),
  ...queueOption,
  body: z.string().default(''),
  phase: z.string().optional(),
  reason: z.string().default(''),
  ...humanOptions,
  ...runsDirOption,
});
type Input = z.infer<typeof schema>;
type Handler = (input: Input, context: Context) => Promise<Result<Answer<QueueData>>>;

export const command = defineCommand<Input, QueueData>({
  name: 'idea',
  example: "sao idea create 'Sign in with a passkey'",
  arguments: [
    actionArgument(ACTIONS),
    {
      name: '[subject]',
      description:
        'create: give the title; import: read issues from this JSON file, or from standard input with -; other actions: name the idea',
    },
    { name: '[file]', description: 'plan: read the plan from this JSON file, or from standard input with -' },
  ],
  options: [
    QUEUE_OPTION,
    { flags: '--body <text>', description: 'create: describe the idea' },
    {
      flags: '--phase <id>',
      description: 'approve: approve the integration of this phase, which opens the next one',
    },
    { flags: '--reason <text>', description: 'drop: give the reason' },
    ...HUMAN_OPTIONS,
  ],
  details: `brief prints the page from which a leader, human or model, plans an idea. import makes an idea of each issue in the JSON of \`gh issue view --json number,title,body,url\`, or of the API of GitLab or Linear, once; \`sao idea show\` then also
prints the comment to send back. create → plan → approve → execute: a plan is refused while its tasks have faults (docs/queue.md lists the rules); a human approves exactly this
plan; execute makes its tasks once. Then \`sao queue dispatch IDEA\` makes them available.
Exit codes: 0 success; 2 refused, or wrong input; 3 the queue cannot be reached.`,
  schema,
  handler: async (input, context) => HANDLERS[input.action](input, context),
  render: ({ lines }) => lines.join('\n'),
});

function nameOf({ subject, action }: Input): Result<string> {
  return subject === undefined
    ? reject(queueProblems.argumentMissing('the idea', `sao idea ${action} IDEA`))
    : accept(subject);
}

const HANDLERS: Record<Input['action'], Handler> = {
  async create(input, context) {
    const { subject: title = '', body } = input;
    return withQueue(input, context, async ({ call }) => {
      const made = await call.decide((view) => decideCreate(view, { title, body }));
      if (!made.ok) return made;
      const { idea } = made.value;
      const lines = [`created: idea ${idea}`, `next: sao idea plan ${idea} FILE`];
      return accept({ data: { action: 'create', lines, idea } });
    });
  },
  async import(input, context) {
    const { subject: file } = input;
    if (file === undefined)
      return reject(queueProblems.argumentMissing('the file with issues', 'sao idea import FILE'));
    const issues = readIssues(await readPlanText(file, context));
    if (!issues.ok) return issues;
    return withQueue(input, context, async ({ call }) => {
      const made = await call.decide((view) => decideImport(view, issues.value));
      if (!made.ok) return made;
      const lines = made.value.map(
        ({ idea, source, isNew }) =>
          `${isNew ? 'imported' : 'known'}: idea ${idea} from ${plainText(source)}`,
      );
      return accept({ data: { action: 'import', lines, ideas: made.value } });
    });
  },
  async brief(input, context) {
    const id = nameOf(input);
    if (!id.ok) return id;
    return withView(input, context, ({ state }) => {
      const idea = state.ideas.get(id.value);
      if (!idea) return reject(queueProblems.unknown('idea', id.value, 'sao idea list'));
      const brief = fillTemplate(loadTemplate('leader'), renderIdeaBrief(state, idea));
      return accept({ data: { action: 'brief', lines: [brief.trimEnd()], brief } });
    });
  },
  async plan(input, context) {
    const id = nameOf(input);
    if (!id.ok) return id;
    if (input.file === undefined)
      return reject(queueProblems.argumentMissing('the plan', 'sao idea plan IDEA FILE'));
    const plan = readQueuePlan(await readPlanText(input.file, context), id.value);
    if (!plan.ok) return plan;
    return withQueue(input, context, async ({ call }) => {
      const made = await call.decide((view) => {
        const faults = lintPlan(plan.value, lintContext(view.state, id.value));
        return faults.length > 0 ? reject(...faults) : decidePlan(view, id.value, plan.value);
      });
      if (!made.ok) return made;
      const { hash } = made.value;
      const lines = [
        `planned: ${plan.value.tasks.length} tasks in ${plan.value.phases.length} phases (${shortHash(hash)})`,
        `next: a human runs sao idea approve ${id.value}`,
      ];
      return accept({ data: { action: 'plan', lines, ...made.value, tasks: plan.value.tasks.length } });
    });
  },
  async show(input, context) {
    const id = nameOf(input);
    if (!id.ok) return id;
    return withView(input, context, ({ state }, { place }) => {
      const idea = state.ideas.get(id.value);
      if (!idea) return reject(queueProblems.unknown('idea', id.value, 'sao idea list'));
      const fault = idea.approval ? findIdeaApprovalFault(state, idea, place) : undefined;
      const { approval, openIn: _, ...data } = idea;
      const lines = describeIdea(state, idea, fault);
      if (approval) lines.push(`approved: ${describeIdeaApproval(approval, fault)}`);
      const comment = idea.source === undefined ? null : renderComment(state, idea);
      if (comment !== null)
        lines.push(
          `source: ${plainText(idea.source ?? '')}`,
          'comment to send back:',
          ...comment.split('\n'),
        );
      return accept({
        data: {
          action: 'show',
          lines,
          comment,
          idea: { ...data, approval: approval?.approval ?? null },
          fault: fault ?? null,
        },
      });
    });
  },
  async list(input, context) {
    return withView(input, context, ({ state }, { place }) => {
      const ideas = [...state.ideas.values()].map((idea) => {
        const { id, title, state: now, tasks, open, approval } = idea;
        const fault = approval && now === 'approved' ? findIdeaApprovalFault(state, idea, place) : undefined;
        return { ...{ id, title, state: now, tasks: tasks.length, open }, fault: fault ?? null };
      });
      const lines = ideas.map(
        ({ id, title, state: now, tasks, open, fault }) =>
          `${id}  ${(fault === null ? now : 'unproved').padEnd(9)}  ${tasks - open} of ${tasks} tasks  ${plainText(title, 100)}`,
      );
      return accept({ data: { action: 'list', lines: lines.length === 0 ? ['no ideas'] : lines, ideas } });
    });
  },
  async approve(input, context) {
    const id = nameOf(input);
    if (!id.ok) return id;
    return input.phase === undefined
      ? approvePlan(id.value, input, context)
      : approvePhase(id.value, input.phase, input, context);
  },
  async execute(input, context) {
    const id = nameOf(input);
    if (!id.ok) return id;
    return withQueue(input, context, async ({ place, call }) => {
      const made = await call.decide((view) =>
        decideExecute(view, id.value, (idea) => findIdeaApprovalFault(view.state, idea, place)),
      );
      if (!made.ok) return made;
      const { tasks, isNew } = made.value;
      const lines = [
        isNew ? `executing: ${tasks.length} tasks were made` : `its ${tasks.length} tasks exist already`,
        `next: sao queue dispatch ${id.value}`,
      ];
      return accept({ data: { action: 'execute', lines, ...made.value } });
    });
  },
  async drop(input, context) {
    const id = nameOf(input);
    if (!id.ok) return id;
    return withView(input, context, async (view, open) => {
      const idea = findIdea(view.state, id.value, ['draft', 'planned', 'approved', 'executing']);
      if (!idea.ok) return idea;
      const hash = hashDrop(idea.value, input.reason);
      const asked = await confirmInQueue(
        open,
        view,
        {
          ...{ stage: `idea/${id.value}`, action: 'drop', hash },
          command: `sao idea drop ${id.value} --reason TEXT`,
          lines: [...describeIdea(view.state, idea.value), `${idea.value.open} open tasks are cancelled`],
        },
        input,
        context,
      );
      if (!asked.ok) return asked;
      const proof = asked.value;
      const done = await open.call.decide((fresh) =>
        decideDrop(fresh, id.value, input.reason, { hash, proof }),
      );
      return done.ok
        ? accept({ data: { action: 'drop', lines: [`dropped: idea ${id.value}`], ...done.value } })
        : done;
    });
  },
};

async function approvePlan(id: string, input: Input, context: Context): Promise<Result<Answer<QueueData>>> {
  return withView(input, context, async (view, open) => {
    const idea = findIdea(view.state, id, ['planned', 'approved']);
    if (!idea.ok) return idea;
    const { planHash: hash = '' } = idea.value;
    const subject = { stage: `idea/${id}`, action: 'approve', hash, command: `sao idea approve ${id}` };
    const lines = describePlannedIdea(view.state, idea.value);
    const proof = await confirmInQueue(open, view, { ...subject, lines }, input, context);
    if (!proof.ok) return proof;
    const done = await open.call.decide((fresh) => decideApprove(fresh, id, hash, proof.value));
    if (!done.ok) return done;
    const { level } = proof.value.approval;
    const said = [
      `approved: idea ${id} (${shortHash(hash)}), level ${level}`,
      `next: sao idea execute ${id}`,
    ];
    return accept({ data: { action: 'approve', lines: said, ...done.value, level } });
  });
}

async function approvePhase(
  id: string,
  phase: string,
  input: Input,
  context: Context,
): Promise<Result<Answer<QueueData>>> {
  return withView(input, context, async (view, open) => {
    const idea = findWaitingPhase(view.state, id, phase);
    if (!idea.ok) return idea;
    const hash = hashPhase(view.state, idea.value, phase);
    const command = `sao idea approve ${id} --phase ${phase}`;
    const subject = { stage: `phase/${id}/${phase}`, action: 'approve', hash, command };
    const lines = describePhase(view.state, idea.value, phase);
    const proof = await confirmInQueue(open, view, { ...subject, lines }, input, context);
    if (!proof.ok) return proof;
    const done = await open.call.decide((fresh) => decideApprovePhase(fresh, id, phase, hash, proof.value));
    if (!done.ok) return done;
    const said = [`approved: phase ${phase} of idea ${id}`];
    return accept({ data: { action: 'approve', lines: said, ...done.value, phase } });
  });
}
