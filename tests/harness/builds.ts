import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { BuildProgress } from '../../src/pipeline/drive/resume-build.io.ts';
import { parseLedger } from '../../src/run/ledger/events.ts';
import type { LedgerEntry } from '../../src/run/ledger/run-event.ts';
import { quoteCommand } from '../../src/system/command-line.ts';
import { git, makeRepository } from '../hazards/git-scratch.ts';
import { Bench, type Ended } from './sao.ts';
import { waitUntil } from './wait.ts';

const AGENT = resolve('tests/harness/build-agent.mjs');

export interface ShopOptions {
  modules?: readonly string[];
  hardening?: 'agents' | 'checks';
  /** `off`: for scripted agents that do what the sandbox prevents, such as commits to the base branch. */
  sandbox?: 'off';
  lifetime?: 'test' | 'kept';
  /** `worktree` in the project's configuration, and more settings of `build`. */
  worktree?: object;
  build?: object;
  /** `timeouts` in the project's configuration: those of audits. */
  timeouts?: object;
  /** Options of `sao build`. */
  options?: readonly string[];
  /** `durable`: no folder is chosen, so that the build is kept in the user's state folder and its worktrees in the usual runs root. */
  place?: 'chosen' | 'durable';
  /** Another application than the shop: its file in `tests/harness/apps`, and a function that makes its repository in a folder. */
  app?: { file: string; make(project: string): void; description: string };
  /** The folder of the project, relative to the home of the test. */
  folder?: string;
}

/** A shop that scripted agents build, from its description to the merged branch; they write real code and tests. */
export class Shop extends Bench {
  run = '';

  private readonly modules: readonly string[];
  private readonly sandbox: 'auto' | 'off';
  private readonly options: readonly string[];
  private readonly isDurable: boolean;
  private readonly app: ShopOptions['app'];
  /** The setup command of worktrees, which the user has allowed. */
  private readonly setup: string | undefined;

  /**
   * `modules`: those of the contract; each one more costs the build a builder, a QC agent, three test runs and a merge. `core` and `web` are
   * independent of each other. `lifetime` `kept`: the folders stay after the test, until `discard` is called.
   */
  constructor(sao: string, options: ShopOptions = {}) {
    const { modules = ['core', 'web'], hardening = 'checks', lifetime = 'test', place } = options;
    super(sao, { GIT_CONFIG_NOSYSTEM: '1' }, lifetime, options.folder);
    this.modules = modules;
    this.sandbox = options.sandbox ?? 'auto';
    this.options = options.options ?? [];
    this.app = options.app;
    const { worktree } = options;
    this.setup = (worktree as { setup?: string } | undefined)?.setup;
    const build = { minPairs: 10, hardening, ...options.build };
    const config = JSON.stringify({ build, ...(worktree ? { worktree } : {}), timeouts: options.timeouts });
    this.isDurable = place === 'durable';
    if (this.isDurable) {
      this.env.SAO_RUNS_DIR = undefined;
      this.env.XDG_STATE_HOME = join(this.home, 'state');
    }
    if (this.app) this.app.make(this.project);
    else makeRepository({ 'README.md': '# Shop\n', '.orchestration/config.json': config }, this.project);
    git(this.project, 'config', 'user.name', 'Ada');
    git(this.project, 'config', 'user.email', 'ada@example.com');
  }

  get dir(): string {
    return join(this.runs, this.run);
  }

  get integration(): string {
    return join(this.trees, 'integration');
  }

  /** The folder of the run directories. */
  get runs(): string {
    return this.isDurable ? join(this.home, 'state', 'sao', 'runs') : join(this.home, 'runs');
  }

  /** The folder of the worktrees. */
  get trees(): string {
    const { trees } = JSON.parse(readFileSync(join(this.dir, 'run.json'), 'utf8')) as { trees?: string };
    return trees ?? join(this.dir, 'builds');
  }

  /** Whether the build has a ledger; sets `run` to its id, which is older than the run that audits the build. */
  locate(): boolean {
    const { runs } = this;
    const names = existsSync(runs) ? readdirSync(runs).filter((name) => /^\d/.test(name)) : [];
    this.run ||= names.sort().find((name) => existsSync(join(runs, name, 'ledger.jsonl'))) ?? '';
    return this.run !== '';
  }

  /** Starts the build; agents follow these rules, such as `build-auth=bug`. */
  begin(...rules: string[]): BuildProgress {
    const description = this.app?.description ?? 'A small shop';
    const told = this.call('build', description, ...this.options, ...this.driver(rules), '--json');
    const data = dataOf(told);
    this.run = data.run;
    return data;
  }

  /** Resumes the build. */
  carryOn(...rules: string[]): BuildProgress & { code: number | null } {
    const told = this.call('run', this.run, ...this.driver(rules), '--json');
    return { ...dataOf(told), code: told.code };
  }

  /** Resumes the build by its branches. */
  resume(...rules: string[]): BuildProgress {
    return dataOf(this.call('build', '--resume', ...this.driver(rules), '--json'));
  }

  /** Starts or resumes the build in its own process group without waiting for it. */
  startOn(...rules: string[]) {
    const what = this.locate() ? ['run', this.run] : ['build', 'A small shop'];
    const args = [this.sao, ...what, ...this.driver(rules)];
    const child = spawn(process.execPath, args, { ...this.place(), stdio: 'ignore', detached: true });
    return { child, ended: once(child, 'close') };
  }

  /** Starts or resumes the build, and kills its engine when the condition holds; returns false if the build ended before. */
  async killWhen(holds: () => boolean): Promise<boolean> {
    const { child, ended } = this.startOn();
    let isOver = false;
    const over = ended.then(() => {
      isOver = true;
    });
    await waitUntil(() => isOver || holds());
    const isKilled = !isOver && child.kill('SIGKILL');
    await over;
    return isKilled;
  }

  /** Copies the project, the runs, their worktrees and the configuration; the returned function restores them at the same paths. */
  save(): () => void {
    const options = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
    const folders = [this.home, ...(this.isDurable ? [dirname(this.trees)] : [])];
    const copies = folders.map((folder, index) => ({ folder, copy: join(`${this.home}-saved`, `${index}`) }));
    for (const { folder, copy } of copies) cpSync(folder, copy, options);
    return () => {
      for (const { folder, copy } of copies) {
        rmSync(folder, { recursive: true, force: true });
        cpSync(copy, folder, options);
      }
    };
  }

  /** Removes the folders of a kept shop and their copy. */
  discard(): void {
    for (const folder of [this.home, `${this.home}-saved`]) rmSync(folder, { recursive: true, force: true });
  }

  /** Runs a line in a shell in which `sao` is this build. */
  shell(line: string) {
    const ours = `sao() { ${quoteCommand([process.execPath, this.sao])} "$@"; }; ${line}`;
    return spawnSync('sh', ['-c', ours], { ...this.place(), encoding: 'utf8' });
  }

  approve(stage: 'architect' | 'ship'): void {
    const { code, stdout } = this.person('gate', 'approve', stage, this.run, '--yes');
    if (code !== 0) throw new Error(stdout);
  }

  /** Runs the build from the description to the end and approves both gates. */
  build(...rules: string[]): BuildProgress & { code: number | null } {
    this.begin(...rules);
    this.approve('architect');
    this.carryOn(...rules);
    this.approve('ship');
    return this.carryOn(...rules);
  }

  ledger(): LedgerEntry[] {
    return parseLedger(readFileSync(join(this.dir, 'ledger.jsonl'), 'utf8'));
  }

  events<T extends LedgerEntry['type']>(type: T): Extract<LedgerEntry, { type: T }>[] {
    return this.ledger().filter((entry): entry is Extract<LedgerEntry, { type: T }> => entry.type === type);
  }

  /** Ids of agents in the order of their valid outputs, once for each output. */
  finished(): string[] {
    const done = this.events('returned').filter(({ verdict }) => verdict === 'done');
    return done.map(({ agent }) => agent);
  }

  /** Agents that were started, from their own trace. */
  started(): string[] {
    return this.traced('start').map(({ id }) => id);
  }

  read(...path: string[]): string {
    return readFileSync(join(this.dir, ...path), 'utf8');
  }

  /** Paths of a branch with the hashes of their contents; of training pairs the text without dates. */
  tree(branch = 'main'): string[] {
    const lines = git(this.project, 'ls-tree', '-r', branch).split('\n');
    return lines.map((line) => {
      const path = line.split('\t')[1] ?? '';
      return path.endsWith('.jsonl') ? `${path}\n${this.undated(branch, path)}` : line;
    });
  }

  private undated(branch: string, path: string): string {
    return git(this.project, 'show', `${branch}:${path}`).replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"dated"');
  }

  /** Every byte of the user's checkout, HEAD and the staged state. */
  checkout(): string {
    const files = readdirSync(this.project, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.git/') && path !== '.git')
      .sort();
    const texts = files.map((path) => {
      const full = join(this.project, path);
      return existsSync(full) && !readdirSafe(full) ? `${path}\n${readFileSync(full, 'base64')}` : path;
    });
    return [
      git(this.project, 'rev-parse', 'HEAD'),
      git(this.project, 'status', '--porcelain'),
      ...texts,
    ].join('\n');
  }

  private driver(rules: readonly string[]): string[] {
    const line = quoteCommand([
      ...[process.execPath, AGENT, this.trace],
      ...(this.app ? [`app=${resolve('tests/harness/apps', this.app.file)}`] : []),
      ...[`modules=${this.modules.join(',')}`, ...rules],
    ]);
    const allowCommands = [line, ...(this.setup === undefined ? [] : [this.setup])];
    this.configure({ allowCommands, sandbox: this.sandbox });
    return ['--driver', 'command', '--command', line];
  }
}

function readdirSafe(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function dataOf({ stdout, stderr }: Ended): BuildProgress {
  const { data } = JSON.parse(stdout) as { data?: BuildProgress };
  if (!data) throw new Error(`${stdout}\n${stderr}`);
  return data;
}
