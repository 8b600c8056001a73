import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inject } from 'vitest';
import { parseLedger } from '../../src/run/ledger/events.ts';
import type { LedgerEntry } from '../../src/run/ledger/run-event.ts';
import { quoteCommand } from '../../src/system/command-line.ts';
import { findProcessesOf } from './processes.ts';
import { makeKeptScratch, makeScratch } from './scratch.ts';
import { startWarmSao } from './warm-sao.ts';

const FAKE = resolve('tests/harness/fake-agent.mjs');
const TERMINAL = resolve('tests/harness/terminal.py');
// A version manager's `python3` starts several shells first.
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** The `sao` that the global setup of this test run has built from the current sources; its folder is beside its other files. */
export function findBuild(): { path: string } {
  return { path: inject('sao') };
}

let answerWarm: ReturnType<typeof startWarmSao> | undefined;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A temporary project, runs root and user configuration, in which `sao` is started. */
export class Bench {
  readonly home: string;
  readonly project: string;
  readonly trace: string;
  readonly env: NodeJS.ProcessEnv;
  readonly sao: string;

  /** `kept`: the folder stays after the test. `folder`: that of the project, relative to the home. */
  constructor(
    sao: string,
    env: NodeJS.ProcessEnv = {},
    lifetime: 'test' | 'kept' = 'test',
    folder = 'project',
  ) {
    this.sao = sao;
    this.home = lifetime === 'kept' ? makeKeptScratch() : makeScratch();
    this.project = join(this.home, folder);
    this.trace = join(this.home, 'trace');
    for (const path of [this.project, join(this.home, 'user')]) mkdirSync(path, { recursive: true });
    this.env = {
      PATH: process.env.PATH,
      // In the sandbox a home is read-only; traces and marks of scripted agents lie beside it.
      HOME: join(this.home, 'user'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      SAO_TEST_CONFIG: join(this.home, 'config', 'sao'),
      XDG_STATE_HOME: join(this.home, 'state'),
      SAO_RUNS_DIR: join(this.home, 'runs'),
      SAO_BACKOFF_MS: '20',
      SAO_GRACE_MS: '300',
      SAO_WAIT_MS: '20',
      // A busy machine may need longer for an orderly end than a call is given.
      SAO_STOP_MS: '20000',
      ...env,
    };
  }

  call(...args: string[]): Ended {
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.sao, ...args], {
      ...this.place(),
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  }

  /** Like `call`, from another folder than the project. */
  callIn(cwd: string, ...args: string[]): Ended {
    const options = { ...this.place(), cwd, encoding: 'utf8', input: '' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.sao, ...args], options);
    return { code: status, stdout, stderr };
  }

  /**
   * Like `call`, but in one process for all warm calls of a test file: a start of Node costs ten times as much as most calls. A test file that
   * uses it also needs a real start of each kind of call that it is about.
   */
  callWarm(...args: string[]): Ended {
    answerWarm ??= startWarmSao(this.sao);
    return answerWarm({ args, ...this.place() });
  }

  /** A human's call in a terminal. */
  person(...args: string[]): Ended {
    return this.personTyping('', ...args);
  }

  /** A human's call in a terminal, who types this text; the terminal shows it too. */
  personTyping(input: string, ...args: string[]): Ended {
    const argv = [TERMINAL, process.execPath, this.sao, ...args];
    const { status, stdout, stderr } = spawnSync(PYTHON, argv, {
      ...this.place(),
      encoding: 'utf8',
      input,
    });
    return { code: status, stdout, stderr };
  }

  /** Starts a call without waiting for it. */
  start(...args: string[]) {
    const child = spawn(process.execPath, [this.sao, ...args], { ...this.place(), stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = once(child, 'close').then(([code]): Ended => ({ code, stdout, stderr }));
    return { child, ended, said: () => stderr };
  }

  protected place() {
    return { cwd: this.project, env: this.env };
  }

  /** A run with a confirmed plan; `allow` are the allowed command lines of the user's configuration. */
  plan(domains: readonly object[], allow: readonly string[] = []): Run {
    const planned = this.callWarm('plan', '--new', JSON.stringify({ version: 1, domains }), '--json');
    if (planned.code !== 0) throw new Error(planned.stderr);
    const { run, dir } = JSON.parse(planned.stdout).data as { run: string; dir: string };
    // A bench inside a session has no human.
    this.configure({ confirmPlans: 'unattended' });
    this.callWarm('next', run, '--confirm');
    this.allow(allow);
    return new Run(this, run, dir);
  }

  /** A run of this bench by its id. */
  runOf(id: string): Run {
    return new Run(this, id, join(this.home, 'runs', id));
  }

  /** Allows command lines in the user's configuration, so that they also run inside a session. */
  allow(lines: readonly string[]): void {
    this.configure({ allowCommands: lines });
  }

  /** Writes the user's configuration. */
  configure(config: object): void {
    mkdirSync(join(this.home, 'config', 'sao'), { recursive: true });
    writeFileSync(join(this.home, 'config', 'sao', 'config.json'), JSON.stringify(config));
  }

  /** The events of this kind that the scripted agents wrote to their trace. */
  traced(event: string): TraceLine[] {
    return this.allTraced().filter((line) => line.event === event);
  }

  /** The programs that calls of this bench have started and that still run. A scripted agent knows only its pid in the sandbox. */
  findRunning(): number[] {
    return findProcessesOf(this.home);
  }

  allTraced(): TraceLine[] {
    if (!existsSync(this.trace)) return [];
    const lines = readFileSync(this.trace, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as TraceLine);
  }

  /** Releases the agents that wait. */
  release(): void {
    writeFileSync(`${this.trace}.release`, '');
  }

  /** The command line that starts a scripted agent. */
  fake(...rules: string[]): string {
    return quoteCommand([process.execPath, FAKE, this.trace, ...rules]);
  }
}

export interface TraceLine {
  event: string;
  id: string;
  attempt: string;
  pid: number;
  /** The first port of its worktree. */
  port?: string;
  grandchild?: number;
  env?: Record<string, string>;
  cwd?: string;
  prompt?: string;
  args?: string[];
  /** Ignored files that it found. */
  files?: string[];
}

export interface RunData {
  run: string;
  complete: boolean;
  counts: { agents: number; done: number; gaps: number; open: number };
  gaps: { id: string; reason: string; attempts: number }[];
  costUsd: number;
  halted: string | null;
}

export class Run {
  readonly id: string;
  readonly dir: string;
  private readonly bench: Bench;

  constructor(bench: Bench, id: string, dir: string) {
    this.bench = bench;
    this.id = id;
    this.dir = dir;
  }

  ledger(): LedgerEntry[] {
    return parseLedger(readFileSync(join(this.dir, 'ledger.jsonl'), 'utf8'));
  }

  output(path: string): string {
    return readFileSync(join(this.dir, path), 'utf8');
  }

  /** The arguments of `sao run` with a scripted agent; allows its command line in the user's configuration. */
  driven(template: string, ...more: string[]): string[] {
    this.bench.allow([template]);
    return ['run', this.id, '--driver', 'command', '--command', template, '--unattended', ...more];
  }

  carryOut(template: string, ...more: string[]): Ended & { data: RunData } {
    const ended = this.bench.call(...this.driven(template, '--json', ...more));
    return { ...ended, data: JSON.parse(ended.stdout).data as RunData };
  }
}

/** The largest number of agents that ran at the same time, from the ledger. */
export function mostAtOnce(entries: readonly LedgerEntry[]): number {
  const running = new Set<string>();
  let most = 0;
  for (const entry of entries) {
    if (entry.type === 'dispatched') running.add(entry.agent);
    if (entry.type === 'returned' || entry.type === 'rate-limited' || entry.type === 'released')
      running.delete(entry.agent);
    most = Math.max(most, running.size);
  }
  return most;
}

/** Domains with these numbers of workers, all of one model. */
export function domainsOf(counts: readonly number[], worker: object = { model: 'haiku' }): object[] {
  return counts.map((count, d) => ({
    id: `d${d + 1}`,
    workers: Array.from({ length: count }, (_, n) => ({ task: `Look at part ${n + 1}`, ...worker })),
  }));
}
