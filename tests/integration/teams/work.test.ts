import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBuild } from '../../harness/sao.ts';
import { waitUntil } from '../../harness/wait.ts';
import { codeTask, readAnswer, TASK_AGENT, WorkBench } from '../../harness/work-bench.ts';

interface End {
  task: string;
  attempt: number;
  state: string;
  reason: string;
}

const endOf = (ends: readonly End[], id: string) => ends.findLast(({ task }) => task === `i1.${id}`);

describe('an executor', { timeout: 180_000 }, () => {
  it('works off tasks by their dependencies, and merges each into the branch of the task', () => {
    const bench = new WorkBench(findBuild().path, { SAO_QUEUE_PASSPHRASE: 'blue horse' });
    bench.dispatch([
      codeTask('one'),
      codeTask('two', { test: '', criteria: ['returns its name'] }),
      codeTask('three', { phase: 'next', after: ['one', 'two'] }),
    ]);
    // Its worktrees are made ready as the user's clone says.
    const setup = `${process.execPath} -e "fs.mkdirSync('node_modules'); fs.copyFileSync('.env', 'node_modules/.env')"`;
    const worktree = { copy: ['.env'], setup, ports: { base: 23_000, size: 10 } };
    mkdirSync(join(bench.project, '.orchestration'));
    bench.write(join(bench.project, '.orchestration/config.json'), JSON.stringify({ worktree }));
    bench.write(join(bench.project, '.git/info/exclude'), '.orchestration/\n.env\nnode_modules/\n');
    bench.write(join(bench.project, '.env'), 'TOKEN=1\n');
    bench.configure({ allowCommands: [setup] });
    const { code, data } = bench.work(
      ['i1.one=untagged', 'i1.three=peek'],
      '--deliver',
      'merge',
      '--executor',
      'e1',
    );
    expect(code).toBe(0);
    expect(data.ends.map(({ task, state }: End) => [task, state]).sort()).toEqual([
      ['i1.one', 'done'],
      ['i1.three', 'done'],
      ['i1.two', 'done'],
    ]);
    const log = bench.git(bench.remote, 'log', '--format=%s', 'feat/parts');
    for (const title of ['one', 'two', 'three'])
      expect(log).toContain(`[AGENT-e1] Create the function ${title} and its test`);
    expect(log).toContain('[AGENT-e1] Merge i1.three (attempt 1)');
    for (const id of ['one', 'two', 'three']) {
      const { evidence } = bench.json('task', 'show', `i1.${id}`).data.task;
      expect(bench.git(bench.remote, 'merge-base', '--is-ancestor', evidence.commit, 'feat/parts')).toBe('');
    }
    const files = bench.git(bench.remote, 'ls-tree', '-r', '--name-only', 'feat/parts');
    expect(files.split('\n')).toContain('src/three.mjs');
    expect(bench.traced('peeked')).toMatchObject([{ names: [] }]);
    const [{ env } = {}] = bench.traced('started');
    for (const { files, env: own } of bench.traced('started'))
      expect([files, own?.SAO_PORT_COUNT]).toEqual([['.env', 'node_modules/.env'], '10']);
    expect(Number(env?.SAO_PORT_BASE)).toBeGreaterThanOrEqual(23_000);
    expect(files).not.toContain('.env');
    expect(Object.keys(env ?? {}).filter((name) => name.startsWith('SAO_QUEUE'))).toEqual([]);
    // The executor leaves neither worktrees nor branches of its own in the clone.
    expect(bench.git(bench.project, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(bench.git(bench.project, 'branch', '--list').trim()).toBe('* main');
    expect(bench.git(bench.project, 'for-each-ref', 'refs/sao')).toBe('');
    expect(bench.json('session').data.unfinished).toEqual([]);
  });

  it('accepts only proved work, and says what is missing', () => {
    const bench = new WorkBench(findBuild().path);
    bench.configure({ sandbox: 'off' });
    const failing = ['no-commit', 'dirty', 'broken', 'stray', 'lose-test', 'error', 'silent'];
    const names = ['none', 'dirty', 'broken', 'stray', 'lost', 'reported', 'silent'];
    const tasks = names.map((id) => codeTask(id, id === 'lost' ? { paths: [] } : {}));
    bench.dispatch([...tasks, codeTask('ask'), codeTask('fine')], {}, ['--limit', 'attempts=1', 'perRepo=9']);
    const rules = names.map((id, at) => `i1.${id}=${failing[at]}`);
    const { code, data } = bench.work([...rules, 'i1.ask@1=block'], '--slots', '9');
    expect(code).toBe(1);
    expect(endOf(data.ends, 'fine')).toMatchObject({ state: 'done' });
    const reasons = {
      none: 'not-proved: there is no new commit',
      dirty: /there is no new commit; 2 paths are not committed: src\/dirty\.mjs, test/,
      broken: /not-proved: `node --test test\/broken\.test\.mjs` failed \(exit code 1/,
      stray: 'not-proved: it changed 1 paths that the task does not allow: README.md',
      lost: /not-proved: .*test\/base\.test\.mjs/,
      reported: /failed: its file reports an error/,
      silent: /failed: /,
    };
    for (const [id, reason] of Object.entries(reasons)) {
      expect([id, endOf(data.ends, id)]).toMatchObject([id, { state: 'dead' }]);
      expect(endOf(data.ends, id)?.reason).toMatch(reason);
    }
    // A dead task's leader finds an empty commit by the usual command.
    expect(bench.git(bench.remote, 'log', '--all', '--format=%s', '--grep', 'ESCALATION: ')).toContain(
      'it changed 1 paths',
    );
    expect(bench.json('blocker', 'list').data.blockers).toMatchObject([
      { kind: 'needs-access', for: 'human', question: 'Which region?' },
    ]);
    expect(bench.person('blocker', 'resolve', 'b1', '--answer', 'eu-west', '--yes').code).toBe(0);
    const again = bench.work([], '--once');
    expect(again).toMatchObject({ code: 0, data: { ends: [{ task: 'i1.ask', attempt: 2, state: 'done' }] } });
    const prompt = bench.traced('started').findLast(({ id }) => id === 'i1.ask')?.prompt ?? '';
    expect(prompt).toContain('> eu-west');
    expect(prompt).toContain('its work is kept at `sao/default/i1.ask/1`');
    expect(bench.git(bench.remote, 'show', 'sao/default/i1.ask/1:src/ask.mjs')).toBe('// begun');
  });

  it('gives its tasks back when it is interrupted, and another one takes over when it is killed', async () => {
    const bench = new WorkBench(findBuild().path);
    bench.configure({ sandbox: 'off' });
    bench.dispatch([codeTask('one')]);
    const first = bench.start(...bench.workArgs(['i1.one@1=hang'], '--executor', 'e1'));
    await waitUntil(() => bench.traced('hanging').length === 1);
    first.child.kill('SIGTERM');
    expect(readAnswer(await first.ended)).toMatchObject({ code: 130, data: { isInterrupted: true } });
    expect(bench.json('task', 'show', 'i1.one').data.task.state).toBe('ready');
    const second = bench.start(...bench.workArgs(['i1.one@2=hang'], '--executor', 'e2'));
    await waitUntil(() => bench.traced('hanging').length === 2);
    second.child.kill('SIGKILL');
    await second.ended;
    const { code, data } = bench.work([], '--executor', 'e3');
    expect({ code, ends: data.ends }).toMatchObject({ code: 0, ends: [{ attempt: 3, state: 'done' }] });
    const prompt = bench.traced('started').at(-1)?.prompt ?? '';
    for (const attempt of [1, 2])
      expect(prompt).toContain(
        `attempt ${attempt} was cut off; its work is kept at sao/default/i1.one/${attempt}`,
      );
    expect(bench.git(bench.project, 'worktree', 'list').split('\n')).toHaveLength(1);
    await waitUntil(() => bench.findRunning().length === 0);
    expect(bench.json('task', 'show', 'i1.one').data.task.attempts).toMatchObject([
      { outcome: 'handed-back' },
      { outcome: 'process-ended' },
      { outcome: 'completed' },
    ]);
  });

  it('starts nothing of a plan that was changed after its approval', () => {
    const bench = new WorkBench(findBuild().path);
    bench.configure({ sandbox: 'off' });
    bench.dispatch([codeTask('one')], {}, ['--limit', 'attempts=1']);
    const path = join(bench.home, 'state', 'sao', 'queues', 'default', 'events.jsonl');
    const [before = '', after = ''] = readFileSync(path, 'utf8').split('"type":"tasks-created"');
    expect(after).toContain('node --test');
    const changed = after.replaceAll('node --test', 'node --eval');
    bench.write(path, `${before}"type":"tasks-created"${changed}`);
    const { code, data } = bench.work();
    expect(code).toBe(1);
    expect(data).toMatchObject({ ends: [], obstacles: { 'not-approved': 1 } });
    expect(bench.traced('started')).toEqual([]);
  });

  it('runs the client with the model of the task, inside the bound of costs', () => {
    const bench = new WorkBench(findBuild().path);
    const client = join(bench.home, 'client');
    bench.write(client, `#!/bin/sh\nexec ${process.execPath} ${TASK_AGENT} ${bench.trace} "$@"\n`);
    chmodSync(client, 0o755);
    bench.env.SAO_CLAUDE = client;
    bench.dispatch(['one', 'two', 'three'].map((id) => codeTask(id, { model: 'haiku' })));
    const call = ['work', '--driver', 'claude', '--drain', '--slots', '1', '--max-cost', '0.4', '--json'];
    const { code, data } = readAnswer(bench.call(...call));
    // The second one had a cap of 0.15 and cost 0.25: nothing is left for a third one.
    expect({ code, data }).toMatchObject({ code: 0, data: { costUsd: 0.5, ends: [{}, {}] } });
    const { args = [] } = bench.traced('started').find((line) => line.args?.includes('-p')) ?? {};
    expect(args[args.indexOf('--model') + 1]).toBe('haiku');
    expect(Number(args[args.indexOf('--max-budget-usd') + 1])).toBeLessThanOrEqual(0.4);
    expect(bench.json('queue', 'check').data.ready).toBe(1);
  });

  it('waits for the end of a used-up limit, which counts as no attempt', () => {
    const bench = new WorkBench(findBuild().path);
    bench.configure({ sandbox: 'off' });
    bench.dispatch([codeTask('one')], {}, ['--limit', 'attempts=1']);
    const { code, data, stderr } = bench.work(['i1.one@1=limited']);
    expect(stderr).toContain('the service refuses agents until');
    expect({ code, ends: data.ends }).toMatchObject({
      code: 0,
      ends: [
        { attempt: 1, state: 'ready' },
        { attempt: 2, state: 'done' },
      ],
    });
  });

  it.each([
    [['--repo', 'x=/nowhere'], 2, 'repository-missing'],
    [['--repo', 'app', 'app=.'], 2, 'repository-twice'],
    [['--max-cost', '3'], 2, 'cost-unknown'],
    [['--executor', '../x'], 2, 'queue-name-wrong'],
    [['--queue', 'none'], 2, 'queue-unknown'],
    [['--deliver', 'mail'], 2, 'usage'],
  ])('%j is refused', (args, code, name) => {
    const bench = new WorkBench(findBuild().path);
    bench.json('queue', 'init');
    expect(readAnswer(bench.callWarm(...bench.workArgs([], ...args)))).toMatchObject({ code, codes: [name] });
  });

  it('starts nothing for an agent, and exits with 1 if there is nothing to claim', () => {
    const bench = new WorkBench(findBuild().path);
    bench.json('queue', 'init');
    expect(readAnswer(bench.call(...bench.workArgs([], '--once')))).toMatchObject({
      code: 1,
      data: { ends: [] },
    });
    bench.env.SAO_AGENT_ID = 'a1';
    expect(readAnswer(bench.call(...bench.workArgs([], '--once')))).toMatchObject({
      codes: ['call-by-agent'],
    });
  });
});
