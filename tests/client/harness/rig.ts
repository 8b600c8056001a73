import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, inject } from 'vitest';
import { parseLedger } from '../../../src/run/ledger/events.ts';
import { type ScriptedApi, startApi } from './api.ts';
import { requireClient } from './binary.ts';
import type { ClientOptions } from './client.ts';
import { parentCost } from './cost.ts';
import type { Entry } from './entries.ts';
import type { Script } from './reply.ts';
import { clientEnv, configVariable, createSandbox, type Sandbox } from './sandbox.ts';

/** The folder of the plugin, built for tests. */
export const ROOT = inject('plugin');

const TERMINAL = resolve(import.meta.dirname, '../../harness/terminal.py');

/** The plugin in the real client: a sandbox, a scripted API and a root for runs, new for each test. */
export class Rig {
  sandbox!: Sandbox;
  api!: ScriptedApi;
  runs!: string;

  async open(): Promise<void> {
    this.sandbox = await createSandbox();
    this.runs = join(await realpath(this.sandbox.root), 'runs');
    this.configure({ confirmPlans: 'unattended' });
    await mkdir(join(this.sandbox.project, 'src'));
    await writeFile(join(this.sandbox.project, 'src', 'a.ts'), 'export {};\n');
  }

  /** Writes the user's configuration. By default a test has no human, so plans start without one. */
  configure(config: object): void {
    const folder = join(this.sandbox.home, '.config', 'sao');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  }

  close(): Promise<void> {
    return this.api.close().finally(this.sandbox.remove);
  }

  /** Starts the API; answers the options of a client that talks to it and has the plugin. */
  async serve(script: Script, env: Record<string, string> = {}): Promise<ClientOptions> {
    this.api = await startApi(script);
    const { api, sandbox, runs } = this;
    return { api, sandbox, plugins: [ROOT], env: { SAO_RUNS_DIR: runs, SAO_WAIT_MS: '20', ...env } };
  }

  /** The runs that there are, oldest first. */
  list(): string[] {
    if (!existsSync(this.runs)) return [];
    return readdirSync(this.runs)
      .filter((name) => !name.startsWith('.'))
      .sort();
  }

  /** The directory of the oldest run. */
  get dir(): string {
    return join(this.runs, this.list()[0] ?? '');
  }

  /** The ledger of a run, of the oldest where none is named; empty where there is none. */
  ledger(run?: string): Entry[] {
    const file = join(run === undefined ? this.dir : join(this.runs, run), 'ledger.jsonl');
    return existsSync(file) ? parseLedger(readFileSync(file, 'utf8')) : [];
  }

  /** What the parent's conversation has cost so far, in tokens of 4 characters. */
  tokens(): number {
    const { calls } = this.api;
    return (parentCost(calls).total + (calls[0]?.task.length ?? 0)) / 4;
  }

  /** The environment of a human's shell. */
  private shellEnv() {
    const { home } = this.sandbox;
    return { PATH: process.env.PATH, HOME: home, SAO_RUNS_DIR: this.runs, ...configVariable(this.sandbox) };
  }

  /** What `sao` prints outside of any session. */
  sao(...args: string[]): string {
    const env = this.shellEnv();
    return execFileSync(join(ROOT, 'bin/sao'), args, { encoding: 'utf8', cwd: this.sandbox.project, env });
  }

  /** A human opens a gate, in a terminal of their own. */
  approve(stage: 'architect' | 'ship', run: string): void {
    const env = this.shellEnv();
    const sao = [join(ROOT, 'bin/sao'), 'gate', 'approve', stage, run, '--yes'];
    execFileSync('python3', [TERMINAL, ...sao], { cwd: this.sandbox.project, env, input: '' });
  }

  /** `sao` with the real client as the program of `--driver claude`, which talks to the scripted API. */
  async drive(
    args: string[],
    { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
  ) {
    const child = spawn(join(ROOT, 'bin/sao'), args, {
      cwd: this.sandbox.project,
      env: clientEnv(this.sandbox, this.api.url, {
        SAO_RUNS_DIR: this.runs,
        SAO_CLAUDE: requireClient(),
        SAO_BACKOFF_MS: '10',
        SAO_WAIT_MS: '20',
        ...env,
      }),
    });
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { stdout, stderr, code: code as number };
  }
}

/** A rig for every test of the block that calls this. */
export function useRig(): Rig {
  const rig = new Rig();
  beforeEach(() => rig.open());
  afterEach(() => rig.close());
  return rig;
}
