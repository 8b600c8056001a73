import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { quoteCommand } from '../../src/system/command-line.ts';
import { Bench, type Ended } from './sao.ts';

export const TASK_AGENT = resolve('tests/harness/task-agent.mjs');

/** A task that the scripted agent can do: `src/{id}.mjs` and its test. */
export const codeTask = (id: string, more: object = {}) => ({
  id,
  title: `Create the function ${id} and its test`,
  deliverables: [`src/${id}.mjs`],
  test: `node --test test/${id}.test.mjs`,
  paths: [`src/${id}.mjs`, `test/${id}.test.mjs`],
  ...more,
});

interface Answer {
  code: number | null;
  // The documents of many commands.
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the document of its call
  data: any;
  codes: string[];
  stderr: string;
}

/** A queue with a repository whose remote is a bare repository beside it. */
export class WorkBench extends Bench {
  readonly remote: string;

  constructor(...given: ConstructorParameters<typeof Bench>) {
    super(...given);
    this.remote = join(this.home, 'app.git');
    this.git(this.home, 'init', '--quiet', '--bare', '--initial-branch=main', this.remote);
    this.seed(this.project);
    this.git(this.project, 'remote', 'add', 'origin', this.remote);
    this.git(this.project, 'push', '--quiet', 'origin', 'main');
  }

  git(cwd: string, ...args: string[]): string {
    return execFileSync('git', ['-c', 'commit.gpgsign=false', ...args], {
      cwd,
      encoding: 'utf8',
      env: { ...this.env, GIT_CONFIG_NOSYSTEM: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** The output of a program; throws if it fails. */
  run(cwd: string, file: string, ...args: string[]): string {
    return execFileSync(file, args, { cwd, encoding: 'utf8', env: this.env });
  }

  private seed(place: string): void {
    this.git(place, 'init', '--quiet', '--initial-branch=main');
    this.git(place, 'config', 'user.name', 'Ada');
    this.git(place, 'config', 'user.email', 'ada@example.org');
    mkdirSync(join(place, 'test'));
    writeFileSync(
      join(place, 'test', 'base.test.mjs'),
      "import test from 'node:test';\nimport assert from 'node:assert';\ntest('base', () => assert.ok(true));\n",
    );
    this.git(place, 'add', '--all');
    this.git(place, 'commit', '--quiet', '-m', 'Start');
  }

  /** A call whose answer is JSON, in one warm process. */
  json(...args: string[]): Answer {
    return readAnswer(this.callWarm(...args, '--json'));
  }

  /** Creates the queue if it is missing, and an approved and dispatched idea with these tasks. Returns its id. */
  dispatch(tasks: readonly object[], more: object = {}, init: readonly string[] = []): string {
    const plan = {
      version: 1,
      repo: 'app',
      branch: 'feat/parts',
      phases: [
        { id: 'main', mode: 'parallel' },
        { id: 'next', mode: 'parallel' },
      ],
      tasks,
      ...more,
    };
    const path = join(this.home, 'plan.json');
    writeFileSync(path, JSON.stringify(plan));
    this.expect(this.callWarm('queue', 'init', ...init));
    const { idea } = this.json('idea', 'create', 'Parts').data;
    this.expect(this.callWarm('idea', 'plan', idea, path));
    this.expect(this.person('idea', 'approve', idea, '--yes'));
    this.expect(this.callWarm('idea', 'execute', idea));
    this.expect(this.callWarm('queue', 'dispatch', idea));
    return idea;
  }

  private expect({ code, stderr, stdout }: Ended): void {
    if (code !== 0) throw new Error(stderr || stdout);
  }

  /** The arguments of `sao work` with the scripted agent. */
  workArgs(rules: readonly string[] = [], ...more: string[]): string[] {
    const template = quoteCommand([process.execPath, TASK_AGENT, this.trace, ...rules]);
    return ['work', '--driver', 'command', '--command', template, '--json', ...more];
  }

  /** Works until nothing is left. */
  work(rules: readonly string[] = [], ...more: string[]): Answer {
    return readAnswer(this.call(...this.workArgs(rules, '--drain', ...more)));
  }

  write(path: string, text: string): void {
    writeFileSync(path, text);
  }

  /** The state of each task, without its idea. */
  states(): Record<string, string> {
    const { ideas } = this.json('idea', 'list').data as { ideas: { id: string }[] };
    const tasks = ideas.flatMap(({ id }) => this.json('idea', 'show', id).data.idea.tasks as string[]);
    return Object.fromEntries(
      tasks.map((id) => [id.replace(/^i\d+\./, ''), this.json('task', 'show', id).data.task.state]),
    );
  }
}

export function readAnswer({ code, stdout, stderr }: Ended): Answer {
  const { data, diagnostics } = JSON.parse(stdout || '{}');
  const codes = (diagnostics ?? []).map((each: { code: string }) => each.code);
  return { code, data: data ?? {}, codes, stderr };
}
