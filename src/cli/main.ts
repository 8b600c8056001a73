import { CommanderError } from 'commander';
import type { Answer, Command } from '../commands/command.ts';
import { COMMANDS } from '../commands/index.ts';
import {
  isChangeOfRuns,
  isGuardedCall,
  mayAgentCall,
  refuseAgentCall,
  refuseUnknownOrigin,
} from '../run/dispatch/agent-calls.ts';
import { findRunnerElsewhere, recordRunner } from '../run/ledger/live-runners.io.ts';
import { describeFileError } from '../system/files/file-error.ts';
import { setGitGuardian } from '../system/git/guard.ts';
import { setGitReader } from '../system/git/reader.ts';
import { findPossibleStarter, RUNNER_COMMANDS } from '../system/process/ancestry.ts';
import { isInAgent, isInSession } from '../system/process/caller.ts';
import { accept, ExpectedError, type Failure, fault, type Result, reject } from '../system/result.ts';
import { describeSchemaIssue } from '../system/schema-issue.ts';
import { createContext } from './context.ts';
import { exitCodeOf, renderDiagnostic, renderEnvelope } from './envelope.ts';
import { buildProgram, type Call, namedCommand } from './program.ts';

/** Runs one command line and returns its exit code. Only this module writes to stdout. */
export async function main(given: readonly string[], version: string): Promise<number> {
  setGitReader(async (read) => (await import('../system/git/simple-git.io.ts')).readWithSimpleGit(read));
  const argv = moveGlobals(given);
  guardGitCalls(argv);
  const isJson = argv.includes('--json');
  const parsed = await parseCall(argv, version);
  if (!parsed.ok) return showFailure(parsed, isJson);
  if (parsed.value === undefined) return 0;
  const { command, input } = parsed.value;
  const refusal = await refuseAgent(argv, parsed.value);
  if (refusal) return showFailure(refusal, isJson);
  // Only on Linux the record is read.
  const isRecorded = process.platform === 'linux' && RUNNER_COMMANDS.includes(command.name);
  const endRecord = isRecorded ? recordRunner(Date.now()) : undefined;
  if (CLEANING_COMMANDS.has(command.name)) await removeLeftovers();
  const result = await execute(command, input, isJson).finally(endRecord);
  return result.ok ? showAnswer(command, result, isJson) : showFailure(result, isJson);
}

/** Commands that a human calls after something went wrong. Others that start a sandbox remove the same at their end. */
const CLEANING_COMMANDS = new Set(['status', 'doctor', 'list', 'clean', 'verify', 'wrap-up']);

/** Removes the files and folders that a killed `sao` has made as places of mounts, such as empty start-up files of a home that is the project. */
async function removeLeftovers(): Promise<void> {
  (await import('../system/sandbox/mount-points.io.ts')).removeLeftMountPoints();
}

/** Puts the git commands of this process into the sandbox, which is loaded at the first one. */
function guardGitCalls(argv: readonly string[]): void {
  const at = argv.indexOf('--runs-dir');
  const flag = at < 0 ? argv.find((word) => word.startsWith('--runs-dir='))?.slice(11) : argv[at + 1];
  const choice = { flag, env: process.env, cwd: process.cwd() };
  setGitGuardian(async (call) => (await import('../run/sandbox/guard-git.io.ts')).guardGitCall(call, choice));
}

/** Refuses a call that only a human or a conversation may make, if an agent made it or may have made it. */
async function refuseAgent(
  argv: readonly string[],
  { command: { name }, input }: Call,
): Promise<Failure | undefined> {
  if (mayAgentCall(argv)) return undefined;
  if (isInAgent(process.env)) {
    if (isGuardedCall(argv)) return undefined;
    const { isOwnCommand } = await import('../run/dispatch/own-command.io.ts');
    return isOwnCommand(argv, process.env, new Date()) ? undefined : reject(refuseAgentCall(argv));
  }
  const starter =
    isChangeOfRuns(name, input) && !isInSession(process.env)
      ? findPossibleStarter(() => findRunnerElsewhere(Date.now()))
      : undefined;
  return starter === undefined ? undefined : reject(refuseUnknownOrigin(name, starter));
}

/** Moves `--json` and `--runs-dir` behind the command, because every command accepts them and they may precede it. */
function moveGlobals(argv: readonly string[]): string[] {
  const [first, second, ...rest] = argv;
  if (first === '--json' && second !== undefined) return moveGlobals([second, ...rest, first]);
  if (first === '--runs-dir' && second !== undefined && rest.length > 0)
    return [...moveGlobals(rest), first, second];
  return [...argv];
}

/** Parses a command line into a call; undefined if commander already printed the answer (help, version). */
async function parseCall(argv: readonly string[], version: string): Promise<Result<Call | undefined>> {
  const entry = COMMANDS.find(({ name }) => name === (argv[0] === 'help' ? argv[1] : namedCommand(argv)));
  let call: Call | undefined;
  const program = buildProgram(entry ? [await entry.load()] : [], version, (made) => {
    call = made;
  });
  const silent = { writeErr: () => undefined };
  program.configureOutput(silent);
  for (const sub of program.commands) sub.configureOutput(silent);
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return accept(undefined);
    return usageFailure(error, argv, program.helpInformation());
  }
  return accept(call);
}

function usageFailure(error: CommanderError, argv: readonly string[], help: string): Failure {
  const unknown = argv[0] === 'help' ? namedCommand(argv.slice(1)) : undefined;
  if (error.code === 'commander.help' && unknown !== undefined)
    return reject({
      code: 'usage',
      message: `unknown command '${unknown}'`,
      target: `help ${unknown}`,
      fix: 'sao --help',
    });
  if (error.code === 'commander.help' || argv.every((word) => word === '--json')) {
    // With --json, leave out the help text, which is for humans.
    const message = argv.includes('--json') ? 'no command given' : `no command given\n\n${help}`;
    return reject({ code: 'usage', message, fix: 'sao audit .' });
  }
  const name = namedCommand(argv);
  const isKnown = COMMANDS.some((entry) => entry.name === name);
  return reject({
    code: 'usage',
    message: error.message.replace(/^error: /, '').replace(/\s+/g, ' '),
    target: argv.join(' '),
    fix: isKnown ? `sao ${name} --help` : 'sao --help',
  });
}

async function execute(
  command: Command,
  input: Record<string, unknown>,
  isJson: boolean,
): Promise<Result<Answer<unknown>>> {
  const checked = command.schema.safeParse(input);
  if (!checked.success) {
    return reject(
      ...checked.error.issues.map((issue) => {
        const target = nameOfInput(command, String(issue.path[0] ?? command.name));
        return {
          code: 'usage',
          message: `${target}: ${describeSchemaIssue(issue)}`,
          target,
          fix: `sao ${command.name} --help`,
        };
      }),
    );
  }
  try {
    return await command.handler(checked.data, createContext(isJson));
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    return describeSurprise(error);
  }
}

/** The name of an input on the command line: `olderThan` is `--older-than`. */
function nameOfInput(command: Command, key: string): string {
  const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return command.options.some(({ flags }) => flags.split(/[ ,]/).includes(flag)) ? flag : key;
}

/** Handles an unexpected error: a path that the system rejects is wrong input, everything else an internal fault. */
function describeSurprise(error: unknown): Failure {
  const { code, path, message, stack } = error as NodeJS.ErrnoException;
  if (code !== undefined && WRONG_PATH.has(code)) {
    const shown = (path ?? '').slice(0, 200);
    return reject({
      code: 'path-wrong',
      message: `the path ${shown} cannot be used (${code})`,
      target: shown,
      fix: 'name a file or folder that exists',
    });
  }
  if (code !== undefined && NOT_USABLE.has(code) && path !== undefined)
    return describeFileError(error, path, 'use the path').failure;
  return fault({
    code: 'internal',
    message: `an internal fault: ${message ?? String(error)}\n${stack ?? ''}`,
    fix: 'run the command again; if the error remains, report it with these lines',
  });
}

const NOT_USABLE = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EINVAL',
]);
const WRONG_PATH = new Set(['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENOENT', 'ERR_INVALID_ARG_VALUE']);

function showAnswer(
  command: Command,
  result: Extract<Result<Answer<unknown>>, { ok: true }>,
  isJson: boolean,
): number {
  const { data, exit = 0, diagnostics = [] } = result.value;
  const all = [...result.diagnostics, ...diagnostics];
  if (isJson) {
    process.stdout.write(renderEnvelope({ ok: exit === 0, data, diagnostics: all }));
    return exit;
  }
  showDiagnostics(all);
  const text = command.render(data, {
    terminal: process.stdout.isTTY === true,
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
    width: process.stdout.columns ?? 120,
  });
  if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return exit;
}

function showFailure(failure: Failure, isJson: boolean): number {
  if (isJson) process.stdout.write(renderEnvelope({ ok: false, diagnostics: failure.diagnostics }));
  else showDiagnostics(failure.diagnostics);
  return exitCodeOf(failure);
}

function showDiagnostics(diagnostics: Failure['diagnostics']): void {
  const colour = process.stderr.isTTY === true && !process.env.NO_COLOR;
  for (const diagnostic of diagnostics) process.stderr.write(renderDiagnostic(diagnostic, colour));
}
