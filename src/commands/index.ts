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
  { name: 'audit', summary: 'Audit a project in one command: plan, run, report.', load: () => load(import('./audit.ts')) },
  { name: 'init', summary: 'Make a run directory.', load: () => load(import('./init.ts')) },
  { name: 'plan', summary: 'Check a plan, pack its waves and fill its prompts.', load: () => load(import('./plan.ts')) },
  { name: 'next', summary: 'Say the one next action of a run.', load: () => load(import('./next.ts')) },
  { name: 'prompt', summary: 'Print the filled prompt of an agent.', load: () => load(import('./prompt.ts')) },
  { name: 'run', summary: 'Run what is left of a run without a session.', load: () => load(import('./run.ts')) },
  { name: 'status', summary: 'Show where a run and its agents stand.', load: () => load(import('./status.ts')) },
  { name: 'verify', summary: 'Say what is done, from the files alone.', load: () => load(import('./verify.ts')) },
  { name: 'retry', summary: 'Grant an agent one more attempt.', load: () => load(import('./retry.ts')) },
  { name: 'gap', summary: 'Give an agent up: count it as a gap.', load: () => load(import('./gap.ts')) },
  { name: 'report', summary: 'Write and print the report of a run.', load: () => load(import('./report.ts')) },
  { name: 'check', summary: 'Run one built-in audit check on a project.', load: () => load(import('./check.ts')) },
  { name: 'list', summary: 'List the runs.', load: () => load(import('./list.ts')) },
  { name: 'clean', summary: 'Remove old runs that are not active.', load: () => load(import('./clean.ts')) },
  { name: 'doctor', summary: 'Check this machine and the plugin.', load: () => load(import('./doctor.ts')) },
];
