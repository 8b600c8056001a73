import type { Driver } from '../run/ledger/manifest.ts';
import type { GroupResult } from '../system/process/group.ts';
import { childEnv, type Job } from './child-env.ts';
import { describeFailure, STDERR_BYTES, STDOUT_BYTES, writeCommandFile } from './command-file.ts';
import { type AttemptOutcome, describeEnd, isHopeless, lastLine, readFailureText } from './outcome.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A program to start, without a shell. */
export interface Invocation {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string | undefined>;
  stdin: string;
  stdoutLimit: number;
  stderrLimit: number;
}

/** A runner: how to start an agent's program, and how to read its result. Pure. */
export interface AgentRunner {
  driver: Driver;
  /** The client that it starts, if it is one. */
  client?: string;
  invoke(job: Job, env: Env): Invocation;
  read(result: GroupResult, job: Job): AttemptOutcome;
  /** The output file, where the engine writes it instead of the agent. */
  file?(result: GroupResult, job: Job): string;
}

export const OUTPUT_LIMITS = { stdoutLimit: 256 * 1024, stderrLimit: STDERR_BYTES };

/** Any program that reads a prompt on stdin and writes the agent's file; its last line is its return. */
export function createProgramRunner([file = '', ...args]: readonly string[]): AgentRunner {
  return {
    driver: 'command',
    invoke: (job, env) => ({
      file,
      args,
      cwd: job.cwd,
      env: childEnv(env, job),
      stdin: job.prompt,
      ...OUTPUT_LIMITS,
    }),
    read(result, { agent }) {
      const fault = describeEnd(result, agent.timeout);
      // A text about rate limits is no rate limit: only a program that failed is asked.
      const hasFailed = (result.exitCode ?? 0) !== 0 && !result.timedOut;
      return {
        answer: lastLine(result.stdout),
        ...(fault === undefined ? { hint: WRITE_FILE } : { fault }),
        isStopped: result.stopped,
        isHopeless: isHopeless(result),
        ...(hasFailed ? { failure: { text: readFailureText(result) } } : {}),
      };
    },
  };
}

/** For a program that ended well and knows nothing of this contract. */
const WRITE_FILE =
  'the program has to write that file itself: its path is in $SAO_OUTPUT and in the prompt; what it prints is not kept';

/** A command worker of the plan: no model, and the engine writes its file. `sao` in it is this very program. */
export function createPlanCommandRunner(self: readonly string[]): AgentRunner {
  return {
    driver: 'command',
    invoke(job, env) {
      const [file = '', ...args] = job.agent.command ?? [];
      const [program = '', ...before] = file === 'sao' ? self : [file];
      return {
        file: program,
        args: [...before, ...args],
        cwd: job.cwd,
        env: childEnv(env, job),
        stdin: '',
        stdoutLimit: STDOUT_BYTES,
        stderrLimit: STDERR_BYTES,
      };
    },
    read(result, { agent }) {
      const fault = describeFailure(result, agent.timeout);
      return {
        answer: '',
        ...(fault === undefined ? {} : { fault }),
        isStopped: result.stopped,
        isHopeless: isHopeless(result),
      };
    },
    file: (result, { agent }) => writeCommandFile(agent, result),
  };
}
