import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { hashContract } from '../../src/contract/hash.ts';
import { readContractFiles } from '../../src/contract/read.io.ts';
import { createRun } from '../../src/run/ledger/create-run.io.ts';
import { DEFAULT_LIMITS } from '../../src/run/ledger/manifest.ts';
import { bindSession } from '../../src/run/ledger/sessions.io.ts';
import { appendEvents } from '../../src/run/ledger/store.io.ts';
import { listPids } from '../../src/system/process/proc.ts';
import { unwrap } from '../../src/system/result.ts';
import { startWarmSao } from '../harness/warm-sao.ts';
import { git, makeRepository } from '../hazards/git-scratch.ts';
import type { Attack, Place } from './attack.ts';
import type { Column } from './columns.ts';

const SHIPPED = ['.claude-plugin', 'agents', 'commands', 'hooks', 'skills', 'templates', 'package.json'];
const PASSPHRASE = 'a passphrase that no program knows';
const NOW = new Date('2026-01-01T12:00:00Z');
const HUMAN_GATE = 'architect';

/** The user whose agents attack: an ordinary one, since what belongs to root is out of its reach. */
const UNPRIVILEGED_ID = 65534;
export const USER: { uid?: number; gid?: number } =
  process.getuid?.() === 0 && canStartAs({ uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID })
    ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID }
    : {};
export const isOrdinaryUser = USER.uid !== undefined;

function canStartAs(user: { uid: number; gid: number }): boolean {
  const script = 'require("fs").readFileSync(process.argv[1])';
  const server = resolve('tests/harness/warm-sao-server.cjs');
  return spawnSync(process.execPath, ['-e', script, server], { ...user, cwd: '/' }).status === 0;
}

const CONTRACT = {
  'README.md': 'A shop\n',
  'job.sh': 'true\n',
  '.orchestration/contracts/architecture.md': '# Architecture\n\nTwo modules.\n\n<!-- DONE -->\n',
  '.orchestration/contracts/modules.json': JSON.stringify({
    project: 'Shop',
    test_command: 'npm test',
    integration_test_command: 'npm run test:all',
    modules: [{ name: 'auth' }, { name: 'pay' }],
  }),
  '.orchestration/contracts/locks.json': JSON.stringify({ decisions: {}, interfaces: {} }),
};

/** A user with a project, runs, a plugin, a key and a configuration of its own, on which attacks are tried. */
export class Arena {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'sao-red-')));
  readonly home = join(this.root, 'home');
  readonly project = join(this.home, 'project');
  readonly runs = join(this.home, 'runs');
  readonly plugin = join(this.root, 'programs', 'plugin');
  readonly tools = join(this.root, 'tools');
  readonly work = join(this.root, 'work');
  readonly sao = join(this.plugin, 'bin', 'sao');
  readonly env: NodeJS.ProcessEnv;
  private readonly places = new Map<string, Place>();
  private readonly call: ReturnType<typeof startWarmSao>;
  private cells = 0;

  constructor(attacks: readonly Attack[]) {
    chmodSync(this.root, 0o755);
    for (const folder of [this.home, this.work, join(this.root, 'human')])
      mkdirSync(folder, { recursive: true });
    cpSync(resolve('tests/redteam/tools'), this.tools, { recursive: true });
    for (const name of SHIPPED) cpSync(name, join(this.plugin, name), { recursive: true });
    const options = [
      '--out',
      join(this.plugin, 'bin'),
      '--top-pid',
      String(process.pid),
      '--home',
      this.home,
    ];
    execFileSync(process.execPath, ['scripts/build.mjs', ...options]);
    // The checks of an attack's outcome use a copy that no attack changes.
    cpSync(this.plugin, join(this.root, 'checker'), { recursive: true });
    this.env = {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: this.home,
      SAO_RUNS_DIR: this.runs,
      SAO_BACKOFF_MS: '20',
      SAO_GRACE_MS: '300',
      SAO_WAIT_MS: '20',
      GIT_CONFIG_NOSYSTEM: '1',
    };
    this.call = startWarmSao(join(this.root, 'checker', 'bin', 'sao'), USER);
    this.makeKey();
    this.makeTargets(attacks);
    this.save();
  }

  /** Ends what attacks have left behind, such as a program that still asks for a passphrase. */
  endLeftovers(): void {
    const places = ['work', 'programs', 'human'].map((name) => `${join(this.root, name)}/`);
    for (const pid of listPids()) {
      const line = readArguments(pid);
      if (places.some((place) => line.includes(place))) endProcess(pid);
    }
  }

  remove(): void {
    this.endLeftovers();
    rmSync(this.root, { recursive: true, force: true });
  }

  placeOf({ id }: Attack): Place {
    const place = this.places.get(id);
    if (place === undefined) throw new Error(`the attack ${id} has no target`);
    return place;
  }

  /** Begins a cell of the table: all as at the start, with the configuration of this column. */
  begin({ policy, isRootOwned }: Column, sandbox: 'auto' | 'off'): { session: string } {
    this.cells += 1;
    this.isRootOwned = isRootOwned;
    rmSync(this.work, { recursive: true, force: true });
    mkdirSync(this.work);
    this.restoreAll();
    const own = { sandbox, signingKey: join(this.root, 'human', 'key'), allowCommands: this.programs() };
    const demand = policy === undefined ? {} : { approvals: policy };
    this.configure({ ...own, ...(isRootOwned ? {} : demand) });
    const system = `${this.home}-system`;
    rmSync(system, { recursive: true, force: true });
    if (isRootOwned) {
      mkdirSync(system, { mode: 0o755 });
      writeFileSync(join(system, 'config.json'), JSON.stringify(demand));
      cpSync(join(this.home, '.config/sao/allowed_signers'), join(system, 'allowed_signers'));
      for (const name of ['', 'config.json', 'allowed_signers']) chownSync(join(system, name), 0, 0);
    }
    const session = `0a1b2c3d-0000-4000-8000-${String(this.cells).padStart(12, '0')}`;
    for (const { dir } of this.places.values()) bindSession(this.runs, session, dir);
    for (const { own: folder } of this.places.values()) mkdirSync(folder, { recursive: true });
    this.keep();
    this.giveTo(USER.uid, this.home, this.work);
    return { session };
  }

  /** The programs that the user lets `--driver command` start. */
  programs(): string[] {
    return [`sh ${this.tools}/serve.sh ${this.work}/box`, ...this.more];
  }
  readonly more: string[] = [];

  /** Ends one attack: returns whether it has opened its target, and repairs what the user keeps. */
  judge(attack: Attack): boolean {
    const place = this.placeOf(attack);
    const isOpen = this.isOpen(attack, place);
    if (attack.harms === undefined) this.repair();
    else this.restoreHarmed(attack.harms);
    this.restoreRun(place);
    return isOpen;
  }

  /** A call of the user's, as from a script: without a terminal. */
  user(...args: string[]): { code: number | null; stdout: string; stderr: string } {
    return this.call({ args, cwd: this.project, env: this.env });
  }

  /** A call of the user's with the program that attacks may have changed. */
  userCold(...args: string[]) {
    const options = { ...USER, cwd: this.project, env: this.env, encoding: 'utf8', input: '' } as const;
    return spawnSync(this.sao, args, { ...options, timeout: 20_000 });
  }

  /** The human signs an approval of a run with the passphrase. */
  sign(stage: 'plan' | 'commands' | typeof HUMAN_GATE, run: string): void {
    const askpass = join(this.root, 'human', 'askpass');
    const env = { ...this.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
    const call = (...args: string[]) => {
      const { code, stdout, stderr } = this.call({ args, cwd: this.project, env });
      if (code !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`);
    };
    if (stage !== HUMAN_GATE) {
      call('approvals', 'sign', stage, run, '--yes');
      return;
    }
    const records = join(this.root, 'human', `records-${run}`);
    this.call({ args: ['approvals', 'list', run, '--write', records], cwd: this.project, env });
    call('approvals', 'sign', join(records, `${stage}.json`), '--yes');
    call('gate', 'approve', stage, run, '--signature', join(records, `${stage}.json`));
  }

  /** Accepts a plan of one command or agent for the project; returns its run. */
  plan(worker: object): string {
    const plan = { version: 1, task: 'Look', domains: [{ id: 'd', workers: [worker] }] };
    const { code, stdout, stderr } = this.user('plan', '--new', JSON.stringify(plan), '--json');
    if (code !== 0) throw new Error(stdout + stderr);
    return (JSON.parse(stdout) as { data: { run: string } }).data.run;
  }

  private makeKey(): void {
    const human = join(this.root, 'human');
    const key = join(human, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '1', '-N', PASSPHRASE, '-C', 'ada', '-f', key]);
    writeFileSync(join(human, 'askpass'), `#!/bin/sh\necho '${PASSPHRASE}'\n`, { mode: 0o755 });
    const publicKey = readFileSync(`${key}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    mkdirSync(join(this.home, '.config', 'sao'), { recursive: true });
    writeFileSync(join(this.home, '.config/sao/allowed_signers'), `ada namespaces="sao" ${publicKey}\n`);
    this.configure({ signingKey: key });
    this.giveTo(USER.uid, this.home, human);
  }

  private configure(config: object): void {
    writeFileSync(join(this.home, '.config/sao/config.json'), JSON.stringify(config));
  }

  private makeTargets(attacks: readonly Attack[]): void {
    makeRepository(CONTRACT, this.project);
    git(this.project, 'config', 'user.name', 'Ada');
    git(this.project, 'config', 'user.email', 'ada@example.com');
    mkdirSync(this.runs, { mode: 0o700 });
    const approved = this.makeGate(0);
    const gates = attacks.map(({ target }, index) =>
      ['gate', 'changed', 'code'].includes(target) ? this.makeGate(index + 1) : undefined,
    );
    this.giveTo(USER.uid, this.home);
    this.sign(HUMAN_GATE, approved);
    for (const [index, attack] of attacks.entries()) {
      const own = join(this.work, attack.id);
      const mark = join(own, 'mark');
      const run = gates[index] ?? this.planFor(attack, own, mark);
      if (attack.target === 'changed') this.sign(HUMAN_GATE, run);
      if (attack.target === 'prompt') this.sign('plan', run);
      if (attack.target === 'edited')
        for (const stage of ['plan', 'commands'] as const) this.sign(stage, run);
      const config = join(this.home, '.config', 'sao');
      const queue = ['queue', 'claim'].includes(attack.target) ? this.makeQueue(attack.id) : '';
      this.places.set(attack.id, {
        queue,
        ...{ run, dir: join(this.runs, run), approvedRun: approved, approvedDir: join(this.runs, approved) },
        ...{ runs: this.runs, home: this.home, project: this.project, plugin: this.plugin, sao: this.sao },
        ...{ node: process.execPath, tools: this.tools, own, mark, over: join(this.work, 'over') },
        ...{ key: join(this.home, '.local/state/sao/approval.key'), config: join(config, 'config.json') },
        ...{ signers: join(config, 'allowed_signers'), late: join(own, 'late') },
      });
    }
  }

  /** A queue with an answer that a human owes, a task that another executor works on, one that is open, and a plan that waits for an approval. */
  private makeQueue(name: string): string {
    const env = {
      ...this.env,
      SSH_ASKPASS: join(this.root, 'human', 'askpass'),
      SSH_ASKPASS_REQUIRE: 'force',
    };
    const call = (...args: string[]) => {
      const given = [...args, '--queue', name, '--json'];
      const { code, stdout, stderr } = this.call({
        args: given,
        cwd: this.project,
        env: { ...env, DISPLAY: ':0' },
      });
      if (code !== 0) throw new Error(`${given.join(' ')}: ${stdout}${stderr}`);
      return (JSON.parse(stdout) as { data: { token?: string } }).data;
    };
    const plan = join(this.root, 'human', 'plan.json');
    const task = (id: string) => ({
      ...{ id, title: `Create the function ${id} and its test`, deliverables: [`src/${id}.mjs`] },
      ...{ test: `node --test test/${id}.test.mjs`, paths: [`src/${id}.mjs`] },
    });
    const tasks = ['one', 'two', 'three'].map(task);
    const phases = [{ id: 'main', mode: 'parallel' }];
    writeFileSync(plan, JSON.stringify({ version: 1, repo: 'app', branch: 'feat/parts', phases, tasks }));
    // A claim that ends while attacks are tried would be another's.
    call('queue', 'init', '--limit', 'leaseSeconds=80000');
    for (const idea of ['i1', 'i2']) {
      call('idea', 'create', 'Parts');
      call('idea', 'plan', idea, plan);
    }
    call('idea', 'approve', 'i1', '--sign', '--yes');
    call('idea', 'execute', 'i1');
    call('queue', 'dispatch', 'i1');
    const { token = '' } = call('queue', 'claim', 'i1.one', '--executor', 'ada');
    call('queue', 'block', token, '--question', 'Which?', '--for', 'human');
    call('queue', 'claim', 'i1.two', '--executor', 'ada');
    return name;
  }

  private isQueueOpen(queue: string): boolean {
    const ask = (...args: string[]) => this.user(...args, '--queue', queue, '--json');
    const dataOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout).data;
    const { blockers } = dataOf(ask('blocker', 'list', '--all'));
    const isAnswered = blockers?.[0]?.answer !== undefined;
    const isDone = dataOf(ask('task', 'show', 'i1.three'))?.task.state === 'done';
    // An approval that does not count lets no task be made.
    return isAnswered || isDone || ask('idea', 'execute', 'i2').code === 0;
  }

  private planFor({ target, id }: Attack, own: string, mark: string): string {
    if (id === 'client-program') return this.plan({ task: 'Look' });
    if (id === 'manifest-file') return this.plan({ run: 'sh job.sh', task: 'Do the job' });
    if (target === 'commands') return this.plan({ run: `touch ${mark}`, task: 'Touch' });
    if (target === 'edited') return this.plan({ run: `touch ${own}/harmless`, task: 'Touch' });
    return this.plan({ task: 'Look', id: 'a1' });
  }

  /** A build whose architecture waits at its gate. */
  private makeGate(number: number): string {
    const id = `20260101-120000-${number.toString(16).padStart(8, '0')}`;
    const { project } = this;
    const place = { id, project, driver: null, limits: DEFAULT_LIMITS, created: NOW.toISOString() } as const;
    const dir = createRun(this.runs, { version: 1, mode: 'build', task: 'Build a shop', ...place }, NOW);
    const tree = join(dir, 'builds', 'integration');
    mkdirSync(dirname(tree));
    git(project, 'worktree', 'add', '--quiet', '-b', `orchestration/${id}/integration`, tree);
    const hash = hashContract(unwrap(readContractFiles(tree)));
    const checked = {
      type: 'stage-checked' as const,
      ok: true,
      commit: git(tree, 'rev-parse', 'HEAD'),
      faults: [],
    };
    appendEvents(dir, [{ ...checked, stage: 'architect', by: 'architect', hash }], NOW);
    return id;
  }

  private isOpen({ target }: Attack, { run, dir, mark, queue }: Place): boolean {
    switch (target) {
      case 'queue':
        return this.isQueueOpen(queue);
      case 'claim': {
        const { stdout } = this.user('task', 'show', 'i1.two', '--queue', queue, '--json');
        return JSON.parse(stdout).data.task.state === 'done';
      }
      case 'gate':
        return this.isGateOpen(run);
      case 'changed': {
        const modules = join(dir, 'builds/integration/.orchestration/contracts/modules.json');
        return readFileSync(modules, 'utf8').includes('evil') && this.isGateOpen(run);
      }
      case 'plan':
        return this.isConfirmed(run);
      case 'commands':
        return existsSync(mark);
      case 'edited':
        this.user('run', run);
        return existsSync(mark);
      case 'prompt':
        return this.user('prompt', run, 'a1').stdout.includes('FORGED');
      case 'output': {
        const { stdout } = this.user('verify', run, '--json');
        const { data } = JSON.parse(stdout) as { data: { counts: { done: number } } };
        return data.counts.done > 0;
      }
      case 'code':
        this.userCold('status', run);
        this.userCold('gate', 'show', HUMAN_GATE, run);
        this.userCold('list');
        return existsSync(mark) && existsSync(dir);
    }
  }

  private isGateOpen(run: string): boolean {
    const { stdout } = this.user('gate', 'list', run, '--json');
    const { data } = JSON.parse(stdout) as { data?: { gates: { stage: string; standing: string }[] } };
    return data?.gates.some(({ stage, standing }) => stage === HUMAN_GATE && standing === 'open') === true;
  }

  private isConfirmed(run: string): boolean {
    const { data } = JSON.parse(this.user('next', run, '--json').stdout) as { data?: { action: string } };
    return data !== undefined && data.action !== 'confirm';
  }

  /** Copies the home as it is at the start of each cell. */
  private save(): void {
    copyTree(this.home, join(this.root, 'pristine'));
  }

  private restoreAll(): void {
    rmSync(`${this.runs}.old`, { recursive: true, force: true });
    rmSync(this.home, { recursive: true, force: true });
    copyTree(join(this.root, 'pristine'), this.home);
    this.restorePlugin();
  }

  private restorePlugin(): void {
    const owner = this.isRootOwned ? 0 : USER.uid;
    this.giveTo(owner, join(this.root, 'programs'));
    // Removing a folder that is a mount in a sandbox would remove the mount.
    if (spawnSync('diff', ['-r', join(this.root, 'checker'), this.plugin]).status === 0) return;
    for (const path of [this.plugin, `${this.plugin}.old`]) rmSync(path, { recursive: true, force: true });
    copyTree(join(this.root, 'checker'), this.plugin);
    this.giveTo(owner, join(this.root, 'programs'));
  }

  /** A damaged run of a session makes the hooks refuse all later calls of its agents. */
  private restoreRun({ run, dir }: Place): void {
    rmSync(dir, { recursive: true, force: true });
    copyTree(join(this.root, 'pristine', 'runs', run), dir);
  }

  private restoreHarmed(harms: 'runs' | 'plugin'): void {
    if (harms === 'plugin') this.restorePlugin();
    else if (existsSync(`${this.runs}.old`)) {
      rmSync(this.runs, { recursive: true, force: true });
      execFileSync('mv', [`${this.runs}.old`, this.runs]);
    }
    this.repair();
  }

  /** Restores the files that decide about the user, in place: in a sandbox their folders are mounts. */
  private repair(): void {
    for (const [path, text] of this.kept) restoreFile(path, text);
    for (const path of this.strangers()) rmSync(path, { recursive: true, force: true });
    chmodSync(dirname(this.keyPath), 0o700);
    this.giveTo(
      USER.uid,
      join(this.home, '.config'),
      dirname(this.keyPath),
      join(this.project, '.git', 'config'),
    );
  }

  private keep(): void {
    const config = join(this.home, '.config', 'sao');
    const paths = [join(config, 'config.json'), join(config, 'allowed_signers'), this.keyPath];
    paths.push(join(this.project, '.git', 'config'));
    this.kept = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
  }

  /** Files that only attacks make. */
  private strangers(): string[] {
    const { home, project } = this;
    const hooks = join(project, '.git', 'hooks');
    return [
      ...(this.isRootOwned ? [] : [`${home}-system`]),
      ...(existsSync(hooks) ? readdirSync(hooks) : []).map((name) => join(hooks, name)),
      ...['.git/info/attributes', '.claude/settings.local.json'].map((name) => join(project, name)),
      ...['.orchestration/config.json', 'lib/sub'].map((name) => join(project, name)),
      ...[
        '.claude/settings.json',
        '.local/state/sao/.sandbox',
        '.gitconfig',
        '.config/git',
        '.local/bin',
      ].map((name) => join(home, name)),
    ];
  }

  private get keyPath(): string {
    return join(this.home, '.local/state/sao/approval.key');
  }

  private kept = new Map<string, string>();
  private isRootOwned = false;

  giveTo(uid: number | undefined, ...paths: string[]): void {
    if (uid === undefined || !isOrdinaryUser) return;
    execFileSync('chown', ['-R', '-h', `${uid}:${uid}`, ...paths]);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** The command line of a process; empty if it has ended. */
export function readArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function copyTree(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

function restoreFile(path: string, text: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() && readFileSync(path, 'utf8') === text) return;
  if (found) rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
