import type { Command } from './command.ts';

/** The headings of `sao --help`, in the order in which they are printed. */
export const COMMAND_GROUPS = [
  'Runs',
  'Build',
  'Queue',
  'Approvals and memory',
  'Inspect',
  'Maintain',
] as const;

export interface CommandEntry {
  name: string;
  group: (typeof COMMAND_GROUPS)[number];
  /** One sentence for the list of commands and for the top of the command's help. */
  summary: string;
  load(): Promise<Command>;
}

/** Loads a command and removes the type of its input, which the CLI checks by the command's schema. */
async function load<I, D>(module: Promise<{ command: Command<I, D> }>): Promise<Command> {
  return (await module).command as unknown as Command;
}

/** The commands by group, inside a group in the order of use; a command is loaded only when it is called. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'init', group: 'Runs', summary: 'Create a run directory.', load: () => load(import('./init.ts')) },
  {
    name: 'session',
    group: 'Runs',
    summary: "Prepare this session for a run and list the project's unfinished runs.",
    load: () => load(import('./session.ts')),
  },
  {
    name: 'plan',
    group: 'Runs',
    summary: 'Check a plan, pack its waves and fill its prompts.',
    load: () => load(import('./plan.ts')),
  },
  {
    name: 'next',
    group: 'Runs',
    summary: 'Print the next action for a run.',
    load: () => load(import('./next.ts')),
  },
  {
    name: 'workflow',
    group: 'Runs',
    summary: 'Compile the remaining agents of a run into a native Workflow script.',
    load: () => load(import('./workflow.ts')),
  },
  {
    name: 'prompt',
    group: 'Runs',
    summary: 'Print the filled prompt of an agent.',
    load: () => load(import('./prompt.ts')),
  },
  {
    name: 'verify',
    group: 'Runs',
    summary: 'Check which outputs are done; exit 1 if any output is not.',
    load: () => load(import('./verify.ts')),
  },
  {
    name: 'status',
    group: 'Runs',
    summary: "Show a run's progress.",
    load: () => load(import('./status.ts')),
  },
  {
    name: 'dashboard',
    group: 'Runs',
    summary: 'Show runs, builds and queues on a live page of this machine.',
    load: () => load(import('./dashboard.ts')),
  },
  {
    name: 'retry',
    group: 'Runs',
    summary: 'Grant agents one more attempt.',
    load: () => load(import('./retry.ts')),
  },
  {
    name: 'gap',
    group: 'Runs',
    summary: 'Mark agents as abandoned, with a reason.',
    load: () => load(import('./gap.ts')),
  },
  {
    name: 'report',
    group: 'Runs',
    summary: 'Write and print the report of a run.',
    load: () => load(import('./report.ts')),
  },
  {
    name: 'run',
    group: 'Runs',
    summary: 'Run the agents headless, without a session.',
    load: () => load(import('./run.ts')),
  },
  {
    name: 'build',
    group: 'Build',
    summary: 'Start a build: take a project from a description to a merged branch, stage by stage.',
    load: () => load(import('./build.ts')),
  },
  {
    name: 'gate',
    group: 'Build',
    summary: 'Show and answer the gates of a build that need a human.',
    load: () => load(import('./gate.ts')),
  },
  {
    name: 'contract',
    group: 'Build',
    summary: "Check, show or compare a build's contract.",
    load: () => load(import('./contract.ts')),
  },
  {
    name: 'conflict',
    group: 'Build',
    summary: 'List, show and resolve the parts of the contract that builders cannot fulfil.',
    load: () => load(import('./conflict.ts')),
  },
  {
    name: 'worktree',
    group: 'Build',
    summary: "Create, list, remove, prune or repair a run's worktrees.",
    load: () => load(import('./worktree.ts')),
  },
  {
    name: 'training',
    group: 'Build',
    summary: 'Check, count, clean and export training pairs.',
    load: () => load(import('./training.ts')),
  },
  {
    name: 'queue',
    group: 'Queue',
    summary: 'Create a task queue, claim its tasks and settle them.',
    load: () => load(import('./queue.ts')),
  },
  {
    name: 'idea',
    group: 'Queue',
    summary: 'Create an idea, plan it, and make tasks of its approved plan.',
    load: () => load(import('./idea.ts')),
  },
  {
    name: 'task',
    group: 'Queue',
    summary: "Show, check and change a queue's tasks.",
    load: () => load(import('./task.ts')),
  },
  {
    name: 'blocker',
    group: 'Queue',
    summary: 'List and answer the questions that block tasks.',
    load: () => load(import('./blocker.ts')),
  },
  {
    name: 'team',
    group: 'Queue',
    summary: 'List, show and set the teams of a queue.',
    load: () => load(import('./team.ts')),
  },
  {
    name: 'capacity',
    group: 'Queue',
    summary: 'Show what a queue can do at a time and what it lacks, and record changes.',
    load: () => load(import('./capacity.ts')),
  },
  {
    name: 'work',
    group: 'Queue',
    summary: 'Run an agent for each task that can be claimed from a queue.',
    load: () => load(import('./work.ts')),
  },
  {
    name: 'wrap-up',
    group: 'Queue',
    summary: 'List work that is only on this machine, and push it.',
    load: () => load(import('./wrap-up.ts')),
  },
  {
    name: 'mcp',
    group: 'Queue',
    summary: 'Start or install an MCP server with the tools of a queue.',
    load: () => load(import('./mcp.ts')),
  },
  {
    name: 'approvals',
    group: 'Approvals and memory',
    summary: 'List, sign and verify approvals, and set up signatures.',
    load: () => load(import('./approvals.ts')),
  },
  {
    name: 'memory',
    group: 'Approvals and memory',
    summary: 'Find, add, review and archive what earlier builds recorded.',
    load: () => load(import('./memory.ts')),
  },
  {
    name: 'audit',
    group: 'Inspect',
    summary: 'Audit a project for security, performance, edge cases and compliance.',
    load: () => load(import('./audit.ts')),
  },
  {
    name: 'check',
    group: 'Inspect',
    summary: 'Run one built-in check and print its findings.',
    load: () => load(import('./check.ts')),
  },
  {
    name: 'tool',
    group: 'Inspect',
    summary: 'Run one installed security tool and print its findings.',
    load: () => load(import('./tool.ts')),
  },
  { name: 'list', group: 'Inspect', summary: 'List all runs.', load: () => load(import('./list.ts')) },
  {
    name: 'trace',
    group: 'Inspect',
    summary: "Show each attempt of a run's agents, with its tools, tokens and cost.",
    load: () => load(import('./trace.ts')),
  },
  {
    name: 'receipt',
    group: 'Inspect',
    summary: 'Write a receipt of a run, or check one.',
    load: () => load(import('./receipt.ts')),
  },
  {
    name: 'rescue',
    group: 'Maintain',
    summary: 'Find work that was kept when its worktree was removed.',
    load: () => load(import('./rescue.ts')),
  },
  {
    name: 'clean',
    group: 'Maintain',
    summary: 'Remove the directories of old, finished runs.',
    load: () => load(import('./clean.ts')),
  },
  {
    name: 'doctor',
    group: 'Maintain',
    summary: 'Check that the programs and permissions that sao needs are present and work.',
    load: () => load(import('./doctor.ts')),
  },
  {
    name: 'completion',
    group: 'Maintain',
    summary: 'Print a script that completes sao commands in a shell.',
    load: () => load(import('./completion.ts')),
  },
];
