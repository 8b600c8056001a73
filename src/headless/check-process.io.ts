import { PassThrough } from 'node:stream';
import { OutputCapture } from '../system/process/capture.ts';
import type { GroupResult, GroupSpec, RunningGroup } from '../system/process/group.ts';
import { startInGroup } from '../system/process/group.ts';
import type { Guard } from '../system/process/guard.ts';
import type { CheckReply, CheckRequest } from './check-protocol.ts';

/** What the shared process needs of a command worker's start. */
export type CheckSpec = Pick<GroupSpec, 'cwd' | 'env' | 'timeoutMs' | 'graceMs' | 'stdoutLimit' | 'onStart'>;

/** How a check ended, and what it found, as data. */
export type CheckEnd = GroupResult & Pick<CheckReply, 'findings' | 'suppressed'>;

export interface RunningCheck extends RunningGroup {
  done: Promise<CheckEnd>;
}

interface PendingCheck {
  request: CheckRequest;
  spec: CheckSpec;
  timer: NodeJS.Timeout | undefined;
  ending: 'timeout' | 'stopped' | undefined;
  resolve(result: CheckEnd): void;
}

interface CheckHost {
  group: RunningGroup;
  stdin: PassThrough;
}

const STDERR_BYTES = 64 * 1024;
/** Of one check's report: below the greatest output that a run accepts, so that no finding is cut. */
const REPLY_BYTES = 15 * 1024 * 1024;
const NOT_ENDED = { signal: null, timedOut: false, stalled: false, stopped: false } as const;

/**
 * Answers all built-in checks of a run in one process, one after the other: starting Node and reading the project take longer than most
 * checks. A check that hangs or crashes ends the process; the others start again in a new one.
 */
export class CheckProcess {
  private readonly self: readonly string[];
  private readonly guard: Guard;
  /** In the order in which they were sent; the process works on the first. */
  private readonly pending = new Map<number, PendingCheck>();
  private host: CheckHost | undefined;
  private ended: Promise<void> = Promise.resolve();
  private requests = 0;

  /** `self`: the program and first arguments that start this very `sao`. */
  constructor(self: readonly string[], guard: Guard) {
    this.self = self;
    this.guard = guard;
  }

  /** Starts a check like a program of its own; `identity` is that of the shared process. */
  start(check: Omit<CheckRequest, 'number'>, spec: CheckSpec): RunningCheck {
    this.requests += 1;
    const request = { number: this.requests, ...check };
    const done = new Promise<CheckEnd>((resolve) => {
      this.pending.set(request.number, { request, spec, timer: undefined, ending: undefined, resolve });
    });
    this.send(request.number);
    return { identity: undefined, done, stop: (signal) => this.end(request.number, 'stopped', signal) };
  }

  /** Ends the process. No check is under way any more. */
  async close(): Promise<void> {
    this.host?.stdin.end();
    await this.ended;
  }

  private send(number: number): void {
    const check = this.pending.get(number);
    if (check === undefined) return;
    this.host ??= this.open(check.spec);
    const { identity } = this.host.group;
    if (identity) check.spec.onStart?.(identity);
    check.timer = setTimeout(() => this.end(number, 'timeout'), check.spec.timeoutMs);
    this.host.stdin.write(`${JSON.stringify(check.request)}\n`);
  }

  private open({ cwd, env, graceMs }: CheckSpec): CheckHost {
    const [file = '', ...args] = this.self;
    const stdin = new PassThrough();
    const read = splitLines((line) => this.take(JSON.parse(line) as CheckReply));
    const group = startInGroup({
      ...{ file, args: [...args, 'check', '--serve'], cwd, env, stdin, graceMs, timeoutMs: Infinity },
      ...{ stdoutLimit: STDERR_BYTES, stderrLimit: STDERR_BYTES, mark: `${this.guard.mark}/checks` },
      onStart: (identity) => this.guard.add(identity),
      onStdout: read,
    });
    this.ended = group.done.then((result) => {
      if (group.identity) this.guard.remove(group.identity);
      this.host = undefined;
      this.recover(result);
    });
    return { group, stdin };
  }

  private take(reply: CheckReply): void {
    const check = this.pending.get(reply.number);
    if (check === undefined) return;
    const stdout = new OutputCapture(REPLY_BYTES);
    stdout.add(Buffer.from(reply.stdout));
    this.settle(check, { ...NOT_ENDED, ...reply, stdout: stdout.text() });
  }

  /** Ends one check, and with it the process. */
  private end(number: number, ending: 'timeout' | 'stopped', signal?: NodeJS.Signals): void {
    const check = this.pending.get(number);
    if (check === undefined) return;
    check.ending ??= ending;
    this.host?.group.stop(signal);
  }

  /** After the end of the process: settles the checks that were ended and the one that it worked on, and starts the others again. */
  private recover(result: GroupResult): void {
    const left = [...this.pending.values()];
    const isEnded = left.some(({ ending }) => ending !== undefined);
    for (const [index, check] of left.entries()) {
      clearTimeout(check.timer);
      const isToBlame = check.ending !== undefined || (index === 0 && !isEnded);
      if (isToBlame || result.startError)
        this.settle(check, {
          ...result,
          stdout: '',
          timedOut: check.ending === 'timeout',
          stopped: check.ending === 'stopped',
        });
    }
    for (const number of this.pending.keys()) this.send(number);
  }

  private settle(check: PendingCheck, result: CheckEnd): void {
    clearTimeout(check.timer);
    this.pending.delete(check.request.number);
    check.resolve(result);
  }
}

/** Returns a function that takes chunks and calls `use` for each whole line. */
function splitLines(use: (line: string) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  return (chunk) => {
    let rest = chunk;
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      const line = Buffer.concat([...chunks, rest.subarray(0, at)]).toString('utf8');
      chunks = [];
      rest = rest.subarray(at + 1);
      use(line);
    }
    if (rest.length > 0) chunks.push(rest);
  };
}
