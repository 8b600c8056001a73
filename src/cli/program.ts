import { Command as Program, Argument as ProgramArgument, Option as ProgramOption } from 'commander';
import type { Command } from '../commands/command.ts';
import { COMMANDS } from '../commands/index.ts';

export interface Call {
  command: Command;
  input: Record<string, unknown>;
}

const DESCRIPTION = `Run 10 to 300 coding agents from one conversation, shell or CI job.

Start here:
  sao audit .               audit this project, without a plan or a model
  sao plan --new plan.json  create a run from a plan
  sao run                   run the agents of that plan headless`;

const OUTLINE = `
Exit codes: 0 success; 1 not done, gate closed or findings at or above the threshold; 2 wrong input;
3 the environment or an internal fault; 130 interrupted.`;

/** Builds the command tree for commander. Only the commands in `loaded` have their arguments and options; the others accept any. */
export function buildProgram(
  loaded: readonly Command[],
  version: string,
  onCall: (call: Call) => void,
): Program {
  const program = new Program('sao')
    .description(DESCRIPTION)
    .version(version)
    .exitOverride()
    .showHelpAfterError(false)
    .configureHelp({
      subcommandTerm: (sub) => sub.name(),
      argumentDescription: (argument) => argument.description,
    })
    .addHelpText('after', OUTLINE);
  for (const entry of COMMANDS) {
    const command = loaded.find(({ name }) => name === entry.name);
    const sub = program
      .command(entry.name)
      .description(entry.summary)
      .helpGroup(`${entry.group}:`)
      .exitOverride();
    if (command) describeCommand(sub, command, onCall);
    else sub.allowUnknownOption().argument('[arguments...]');
  }
  return program;
}

function describeCommand(sub: Program, command: Command, onCall: (call: Call) => void): void {
  for (const { name, description, choices } of command.arguments) {
    const argument = new ProgramArgument(name, description);
    // Set directly: `choices()` would also refuse other words, before the schema explains what is wrong.
    if (choices) argument.argChoices = [...choices];
    sub.addArgument(argument);
  }
  for (const { flags, description, choices } of command.options) {
    const option = new ProgramOption(flags, description);
    sub.addOption(choices ? option.choices([...choices]) : option);
  }
  sub.option(
    '--runs-dir <dir>',
    'look for runs in this folder (default: SAO_RUNS_DIR, or /tmp/orchestration and for builds ~/.local/state/sao/runs)',
  );
  sub.option('--json', 'print one JSON document {ok, data, diagnostics}');
  if (command.details) sub.addHelpText('after', `\n${command.details}`);
  sub.addHelpText('after', `\nExample:\n  ${command.example}`);
  sub.action(() => {
    const named = command.arguments.map(({ name }, index) => [
      name.replace(/[<>[\].]/g, ''),
      sub.processedArgs[index],
    ]);
    onCall({ command, input: { ...Object.fromEntries(named), ...sub.opts() } });
  });
}

/** The command in a command line: its first word that is not an option. */
export function namedCommand(argv: readonly string[]): string | undefined {
  return argv.find((word) => !word.startsWith('-'));
}
