import { BLOCKER_KINDS, RELEASE_REASONS } from '../queue/model/types.ts';
import { unwrap } from '../system/result.ts';
import type { Command } from './command.ts';
import type { QueueTool } from './mcp-tools.ts';

const erase = (command: unknown): Command => command as Command;
const queue = async () => erase((await import('./queue.ts')).command);
const idea = async () => erase((await import('./idea.ts')).command);
const task = async () => erase((await import('./task.ts')).command);
const blocker = async () => erase((await import('./blocker.ts')).command);

const text = { form: 'text' } as const;
const optional = { form: 'text', isOptional: true } as const;
const list = { form: 'list', isOptional: true } as const;
const token = { form: 'text', description: 'from nexus_claim_queue_task' } as const;

/** The list of an option of the command line. */
const joined = (value: unknown): string | undefined => (Array.isArray(value) ? value.join(',') : undefined);

/** Tools of earlier designs that something else replaces. */
export const REPLACED_TOOLS: ReadonlyMap<string, string> = new Map([
  [
    'nexus_execute_task',
    'Error: there is no such tool.\nFix: claim a task with nexus_claim_queue_task, work on it, and complete it with nexus_complete_queue_task.',
  ],
  [
    'nexus_run_executor',
    'Error: there is no such tool.\nFix: run `sao work` in a terminal: it claims tasks and starts an agent for each.',
  ],
]);

/** The tools of the server `nexus`, each one call of a command of the queue. Approving a plan is none of them: a human does that. */
export const NEXUS_TOOLS: readonly QueueTool[] = [
  {
    name: 'nexus_create_idea',
    role: 'leader',
    description: 'Create an idea in the task queue.',
    args: { title: text, body: optional },
    load: idea,
    input: ({ title, body }) => ({ action: 'create', subject: title, body }),
  },
  {
    name: 'nexus_plan_idea',
    role: 'leader',
    description:
      'Set the plan of an idea: phases and tasks (docs/queue.md). Faults are returned with fixes; then a human approves the plan.',
    args: { idea_id: text, plan: { form: 'object' } },
    load: idea,
    input: ({ idea_id: subject }) => ({ action: 'plan', subject, file: '-' }),
    stdin: ({ plan }) => JSON.stringify(plan),
  },
  {
    name: 'nexus_execute_idea',
    role: 'leader',
    description: 'Make the tasks of an approved plan.',
    args: { idea_id: text },
    load: idea,
    input: ({ idea_id: subject }) => ({ action: 'execute', subject }),
  },
  {
    name: 'nexus_dispatch_ready',
    role: 'leader',
    description: 'Let executors claim the tasks of an idea, or of one phase, as their dependencies end.',
    args: { idea_id: optional, phase: optional },
    load: queue,
    input: ({ idea_id: subject, phase }) => ({ action: 'dispatch', subject, phase }),
  },
  {
    name: 'nexus_check_queue',
    role: 'reader',
    description: 'Show the tasks that can be claimed now.',
    isReadOnly: true,
    args: { team: optional, repo: list },
    load: queue,
    input: ({ team, repo }) => ({ action: 'check', team, repo: joined(repo) }),
  },
  {
    name: 'nexus_claim_queue_task',
    role: 'executor',
    description:
      'Claim the next task, or the named one. Returns its handoff and the claim token; renew the claim before its lease ends.',
    args: { executor: optional, task_id: optional, team: optional, repo: list, can: list },
    load: queue,
    input: ({ executor, task_id: subject, team, repo, can }) => ({
      ...{ action: 'claim', executor, subject, team, repo: joined(repo), can: joined(can) },
      // The claim ends with the client's session.
      pid: String(process.pid),
    }),
    async more(data, context) {
      const { id } = data.task as { id: string };
      const command = await task();
      const answer = unwrap(
        await command.handler(command.schema.parse({ action: 'handoff', subject: id }), context),
      );
      return (answer.data as { handoff: string }).handoff;
    },
  },
  {
    name: 'nexus_renew_claim',
    role: 'executor',
    description: 'Renew a claim, at the latest when its lease ends.',
    args: { claim_token: token },
    load: queue,
    input: ({ claim_token: subject }) => ({ action: 'renew', subject }),
  },
  {
    name: 'nexus_complete_queue_task',
    role: 'executor',
    description:
      'Complete a claimed task. Push the work first and name its commit, or say what proves the task.',
    args: {
      claim_token: token,
      commit: { ...optional, description: 'full id of the pushed commit' },
      evidence: optional,
      test_exit: { form: 'whole', isOptional: true, description: "exit code of the task's test" },
    },
    load: queue,
    input: ({ claim_token: subject, commit, evidence, test_exit: exit }) => ({
      ...{ action: 'complete', subject, commit, evidence },
      ...(exit !== undefined && { testExit: String(exit) }),
    }),
  },
  {
    name: 'nexus_release_task',
    role: 'executor',
    description: 'Give a claimed task back.',
    args: {
      claim_token: token,
      reason: { form: 'text', choices: RELEASE_REASONS },
      note: optional,
      work_at: { ...optional, description: 'branch or commit with the work so far' },
    },
    load: queue,
    input: ({ claim_token: subject, reason, note, work_at: workAt }) => ({
      action: 'release',
      subject,
      reason,
      note,
      workAt,
    }),
  },
  {
    name: 'nexus_block_task',
    role: 'executor',
    description: 'Ask a question about a claimed task and give it back until it is answered.',
    args: {
      claim_token: token,
      question: text,
      kind: { form: 'text', choices: BLOCKER_KINDS, isOptional: true },
      for: { form: 'text', choices: ['leader', 'human'], isOptional: true },
      work_at: optional,
    },
    load: queue,
    input: ({ claim_token: subject, question, kind, for: receiver, work_at: workAt }) => ({
      ...{ action: 'block', subject, question, kind, for: receiver, workAt },
    }),
  },
  {
    name: 'nexus_resolve_blocker',
    role: 'leader',
    description: 'Answer a blocker, which frees its task. For one that is for a human, the human is asked.',
    args: { blocker_id: text, answer: text },
    load: blocker,
    input: ({ blocker_id: id, answer }) => ({ action: 'resolve', blocker: id, answer }),
  },
  {
    name: 'nexus_complete_task',
    role: 'leader',
    description: 'Complete a task without a claim. The human is asked.',
    isForHuman: true,
    args: { task_id: text, reason: text },
    load: task,
    input: ({ task_id: subject, reason }) => ({ action: 'complete', subject, reason }),
  },
  {
    name: 'nexus_list_active',
    role: 'reader',
    description: 'Show which executor works on which task.',
    isReadOnly: true,
    args: {},
    load: queue,
    input: () => ({ action: 'active' }),
  },
  {
    name: 'nexus_queue_stats',
    role: 'reader',
    description: 'Show numbers of the queue: tasks by state, teams, speed, signals.',
    isReadOnly: true,
    args: {},
    load: queue,
    input: () => ({ action: 'stats' }),
  },
];
