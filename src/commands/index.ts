import type { Command } from './command.ts';

export interface CommandEntry {
  name: string;
  summary: string;
  load(): Promise<Command>;
}

/** Puts a command of any input behind the one shape that the CLI works with. */
async function load<I, D>(module: Promise<{ command: Command<I, D> }>): Promise<Command> {
  return (await module).command as unknown as Command;
}

/** The commands in the order of a run's life; each is loaded only when it is called. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'init', summary: 'Make a run directory.', load: () => load(import('./init.ts')) },
  {
    name: 'session',
    summary: 'Make this session ready for a run; name the unfinished runs of the project.',
    load: () => load(import('./session.ts')),
  },
  {
    name: 'plan',
    summary: 'Check a plan, pack its waves and fill its prompts.',
    load: () => load(import('./plan.ts')),
  },
  { name: 'next', summary: 'Say the one next action of a run.', load: () => load(import('./next.ts')) },
  {
    name: 'workflow',
    summary: 'Compile what is left of a run into a native Workflow script.',
    load: () => load(import('./workflow.ts')),
  },
  {
    name: 'prompt',
    summary: 'Print the filled prompt of an agent.',
    load: () => load(import('./prompt.ts')),
  },
  {
    name: 'verify',
    summary: 'Say which outputs are done; exit 1 if any is not.',
    load: () => load(import('./verify.ts')),
  },
  { name: 'status', summary: 'Show how far a run is.', load: () => load(import('./status.ts')) },
  { name: 'retry', summary: 'Grant agents one more attempt.', load: () => load(import('./retry.ts')) },
  { name: 'gap', summary: 'Give agents up, with a reason.', load: () => load(import('./gap.ts')) },
  {
    name: 'report',
    summary: 'Write and print the report of a run.',
    load: () => load(import('./report.ts')),
  },
  {
    name: 'run',
    summary: 'Carry a run out without a session.',
    load: () => load(import('./run.ts')),
  },
  {
    name: 'build',
    summary: 'Take a project from a description to a merged branch, stage by stage.',
    load: () => load(import('./build.ts')),
  },
  {
    name: 'audit',
    summary: 'Audit a project for security, performance, edge cases and compliance.',
    load: () => load(import('./audit.ts')),
  },
  {
    name: 'check',
    summary: 'Run one built-in check and print what it finds.',
    load: () => load(import('./check.ts')),
  },
  {
    name: 'gate',
    summary: 'Show and answer the gates of a build that only a person opens.',
    load: () => load(import('./gate.ts')),
  },
  {
    name: 'contract',
    summary: "Check, show or compare a build's contract.",
    load: () => load(import('./contract.ts')),
  },
  {
    name: 'conflict',
    summary: 'List, show and resolve what builders cannot fulfil of the contract.',
    load: () => load(import('./conflict.ts')),
  },
  {
    name: 'worktree',
    summary: "Create, list, remove, prune or repair a run's worktrees.",
    load: () => load(import('./worktree.ts')),
  },
  {
    name: 'rescue',
    summary: 'Find work that was kept when its worktree was removed.',
    load: () => load(import('./rescue.ts')),
  },
  {
    name: 'training',
    summary: 'Check, count, clean and export training pairs.',
    load: () => load(import('./training.ts')),
  },
  { name: 'list', summary: 'List all runs.', load: () => load(import('./list.ts')) },
  {
    name: 'clean',
    summary: 'Remove the directories of old, finished runs.',
    load: () => load(import('./clean.ts')),
  },
  {
    name: 'doctor',
    summary: 'Check that everything sao needs is there and works.',
    load: () => load(import('./doctor.ts')),
  },
];
