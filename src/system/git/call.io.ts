import { accessSync, constants, statSync } from 'node:fs';
import { readPathBytes } from '../files/path-bytes.ts';
import { startInGroup } from '../process/group.ts';
import { accept, ExpectedError, fault, type Result } from '../result.ts';
import { kindOfGitCommand } from './command-kind.ts';
import { gitEnvironment, SAFE_ARGS } from './environment.ts';
import { describeGitFailure } from './failure.ts';
import { type GitGuard, guardGit } from './guard.ts';
import { findMisleadingSetting } from './misleading-settings.io.ts';
import { avoidNestedPrograms, type PlainGit, refuseRedirected } from './nested.io.ts';
import { nameCauseOfWait, refusePipes } from './pipes.io.ts';
import { turnProjectFiltersOff } from './project-filters.io.ts';
import { type GitAnswer, readerFor } from './reader.ts';

export interface GitOptions {
  input?: string;
  /** Added to the scrubbed environment, e.g. an index file or an identity. */
  env?: Readonly<Record<string, string>>;
  /** Milliseconds. Default 60,000. */
  timeoutMs?: number;
  /** Marks the process, so that a git that outlives this process can be found. */
  mark?: string;
  /** `paths`: file names in the output that are not UTF-8 become what `readPathBytes` gives. Default `text`: the replacement character. */
  output?: 'text' | 'paths';
  /** `confined`: filters that the repository itself configures start in the sandbox only. Without one they are off. */
  projectFilters?: 'confined';
}

const TIMEOUT_MS = 60_000;
/** Of a second try. */
const MIN_TIMEOUT_MS = 500;
const GRACE_MS = 2_000;
const STDERR_LIMIT = 64 * 1024;
/** Output above this size (bytes) is an error: no list of paths is that long. */
const STDOUT_LIMIT = 256 * 1024 * 1024;

const queues = new Map<string, Promise<unknown>>();

/**
 * Runs one git command in `directory` and returns its exit code and output; a non-zero code is not an error. Calls for the same
 * directory run one after the other. Throws an ExpectedError if git is missing, is killed or does not end in time.
 */
export function callGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  const before = queues.get(directory) ?? Promise.resolve();
  const answer = before.then(() => startCall(directory, args, options));
  const settled = answer.then(
    () => {},
    () => {},
  );
  queues.set(directory, settled);
  void settled.then(() => queues.get(directory) === settled && queues.delete(directory));
  return answer;
}

/** Runs a git command and returns its output. Throws an ExpectedError with git's message if the exit code is not 0. */
export async function askGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await callGit(directory, args, options);
  if (code === 0) return stdout;
  const misleading = findMisleadingSetting(directory, stderr);
  throw new ExpectedError(fault(describeGitFailure(directory, args, { stderr, code, misleading })));
}

/** Like `askGit`, but returns a failure instead of throwing it. */
export async function tryGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Result<string>> {
  try {
    return accept(await askGit(directory, args, options));
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    throw error;
  }
}

async function startCall(
  directory: string,
  args: readonly string[],
  options: GitOptions,
): Promise<GitAnswer> {
  refuseRedirected(directory);
  refusePipes(directory);
  const guard = await guardGit({ directory, args, env: options.env ?? {}, kind: kindOfGitCommand(args) });
  const isConfined = guard?.confine !== undefined;
  const given = { directory, args: guard?.args ?? args, env: options.env };
  const safe = await avoidNestedPrograms(given, isConfined, runPlainGit);
  const startedAt = performance.now();
  if (!isConfined) {
    const read = await readInLibrary(directory, safe, options, guard?.env);
    if (read !== undefined) return read;
  }
  // One limit for both: what the library has waited for is not waited for again.
  const waitedMs = performance.now() - startedAt;
  const areFiltersOff = options.projectFilters === 'confined' && !isConfined;
  const filters = areFiltersOff ? await turnProjectFiltersOff(directory, runPlainGit) : {};
  return await runInGroup(
    directory,
    safe,
    { ...options, env: { ...options.env, ...filters } },
    { waitedMs, guard },
  );
}

/** Runs a git command that enters no nested repository, without waiting for calls for the same directory. */
export function runPlainGit(...[directory, args, env]: Parameters<PlainGit>): Promise<GitAnswer> {
  // A repository that an agent has made may name programs that fetch missing objects.
  return runInGroup(directory, args, { output: 'paths', env: { GIT_ALLOW_PROTOCOL: 'none', ...env } });
}

/** Undefined if no library may run the command, or if it did not end there. The caller then runs it in a process group. */
async function readInLibrary(
  directory: string,
  args: readonly string[],
  { input, env, mark, output, timeoutMs = TIMEOUT_MS }: GitOptions,
  guarded: Readonly<Record<string, string>> = {},
): Promise<GitAnswer | undefined> {
  if (input !== undefined || env !== undefined || mark !== undefined) return undefined;
  const answer = await readerFor(args)?.({
    directory,
    args,
    env: { ...gitEnvironment(), ...guarded },
    timeoutMs,
  });
  // The library has decoded the output; only a name that may not be UTF-8 needs its bytes.
  return output === 'paths' && answer?.stdout.includes('\ufffd') ? undefined : answer;
}

async function runInGroup(
  directory: string,
  args: readonly string[],
  options: GitOptions,
  {
    waitedMs = 0,
    guard,
    triesLeft = 2,
  }: { waitedMs?: number; guard?: GitGuard | undefined; triesLeft?: number } = {},
): Promise<GitAnswer> {
  const chunks: Buffer[] = [];
  const { timeoutMs = TIMEOUT_MS } = options;
  const env = { ...gitEnvironment(options.mark), ...options.env, ...guard?.env };
  const command = { file: 'git', args: [...SAFE_ARGS, ...args], cwd: directory, env };
  const ended = await startInGroup({
    ...(guard?.confine?.(command) ?? command),
    stdin: options.input ?? '',
    timeoutMs: Math.max(timeoutMs - waitedMs, MIN_TIMEOUT_MS),
    graceMs: GRACE_MS,
    // `stdoutLimit` would cut the middle of a long list, so the whole output is collected here.
    stdoutLimit: 0,
    stderrLimit: STDERR_LIMIT,
    onStdout: (chunk) => void chunks.push(chunk),
  }).done;
  guard?.finish?.();
  const { exitCode, stderr } = ended;
  const stdout = Buffer.concat(chunks);
  if (guard?.confine !== undefined && exitCode === 1 && stderr.startsWith('bwrap: ')) {
    // A path of a rule may have gone meanwhile; git has not started.
    if (triesLeft > 0)
      return await runInGroup(directory, args, options, { waitedMs, guard, triesLeft: triesLeft - 1 });
    throw describeNoSandbox(directory, stderr);
  }
  // Of a stopped git, or of a program in its place, the exit code says nothing about the repository.
  if (
    exitCode === null ||
    isKilled(exitCode, guard) ||
    ended.timedOut ||
    ended.stopped ||
    stdout.length > STDOUT_LIMIT
  )
    throw describeAbnormalEnd(directory, args, { ...ended, timeoutMs });
  const text = options.output === 'paths' ? readPathBytes(stdout) : stdout.toString('utf8');
  return { code: exitCode, stdout: text, stderr };
}

function describeNoSandbox(directory: string, stderr: string): ExpectedError {
  const message = `the sandbox for git in ${directory} could not be made: ${stderr.trim()}`;
  return new ExpectedError(
    fault({ code: 'git-sandbox', message, target: directory, fix: 'Run the same command again.' }),
  );
}

/** Whether git was killed in it: git itself exits with at most 129. */
function isKilled(exitCode: number, guard: GitGuard | undefined): boolean {
  return guard?.confine !== undefined && exitCode > 129;
}

/** Why git could not be started: for its directory, or because it is missing. */
function judgeDirectory(directory: string): { code: string; fix: string } {
  try {
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
      return { code: 'git-no-directory', fix: 'Check the path.' };
    accessSync(directory, constants.X_OK);
    return { code: 'git-missing', fix: 'Install git 2.38 or newer.' };
  } catch {
    const fix = `Check the owner and mode of the path and of every directory above it (\`ls -ld ${directory}\`).`;
    return { code: 'no-permission', fix };
  }
}

function describeAbnormalEnd(
  directory: string,
  args: readonly string[],
  ended: { timedOut: boolean; timeoutMs: number; stderr: string; startError?: { message: string } },
): ExpectedError {
  const command = `git ${args.join(' ').slice(0, 80)}`;
  const fix = 'Run the same command again.';
  if (ended.startError) {
    const { message } = ended.startError;
    const problem = judgeDirectory(directory);
    return new ExpectedError(fault({ ...problem, message, target: directory }));
  }
  if (ended.timedOut) {
    nameCauseOfWait(directory);
    const message = `${command} in ${directory} did not end within ${ended.timeoutMs / 1000} s and was stopped`;
    return new ExpectedError(fault({ code: 'git-timeout', message, target: directory, fix }));
  }
  const message = `${command} in ${directory} was killed: ${ended.stderr.trim() || 'it printed no error'}`;
  return new ExpectedError(fault({ code: 'git-killed', message, target: directory, fix }));
}
