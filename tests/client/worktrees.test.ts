import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { BuildRun, RUN } from '../harness/build-run.ts';
import { fingerprint, git } from '../hazards/git-scratch.ts';
import type { Call } from './harness/call.ts';
import { runClient } from './harness/client.ts';
import { bash } from './harness/orchestra.ts';
import { type Answer, type Script, say, use } from './harness/reply.ts';
import { useRig } from './harness/rig.ts';

const SESSION = '0a1b2c3d-0000-4000-8000-000000000002';

const rig = useRig();

const agent = (prompt: string, more: object = {}): [string, Record<string, unknown>] => [
  'Agent',
  { description: prompt, prompt, subagent_type: 'general-purpose', run_in_background: false, ...more },
];

describe('builders that a session dispatches', () => {
  let run: BuildRun;
  beforeEach(() => {
    run = new BuildRun({ project: rig.sandbox.project, root: rig.runs, session: SESSION });
  });

  const serve = async (script: Script, args: string[] = []) => {
    const options = await rig.serve(script);
    return await runClient('Go on', { ...options, args: ['--session-id', SESSION, ...args] });
  };
  const moduleOf = (call: Call) => /You are build-(\w+)/.exec(call.task)?.[1];
  const tree = (module: string) => join(run.dir, 'builds', module);

  it('start at once, each in the worktree and on the branch of its module, with the rights of its module', async () => {
    const write = (file_path: string): Answer => use(['Write', { file_path, content: 'export {};\n' }]);
    const build = (call: Call, module: string): Answer => {
      const own = `src/${module}/index.ts`;
      const steps = [
        bash('pwd && git branch --show-current'),
        write(join(tree(module), own)),
        write(join(rig.sandbox.project, own)),
        write(join(tree(module === 'auth' ? 'pay' : 'auth'), own)),
        write(join(tree(module), 'src/other.ts')),
        bash('git push'),
        bash(`git add -A && git -c user.name=T -c user.email=t@example.com commit -qm ${module}`),
        use([
          'Write',
          {
            file_path: join(run.dir, 'builds', `${module}.md`),
            content: '# Built\n\nAll.\n\n<!-- DONE -->\n',
          },
        ]),
      ];
      return steps[call.turn] ?? say(`Done. Built ${module}.`);
    };
    const before = fingerprint(rig.sandbox.project);
    await serve(
      (call) => {
        const module = moduleOf(call);
        if (call.agentId !== undefined && module !== undefined) return build(call, module);
        // An agent that is none of ours, in between.
        if (call.agentId !== undefined) return call.turn === 0 ? bash('pwd') : say('done');
        const calls = [`sao:${RUN}/build-auth`, 'Look around', `sao:${RUN}/build-pay`];
        return call.turn === 0
          ? use(
              ...calls.map((prompt) =>
                agent(prompt, prompt.startsWith('sao:') ? {} : { isolation: 'worktree' }),
              ),
            )
          : say('end');
      },
      ['--dangerously-skip-permissions'],
    );
    for (const module of ['auth', 'pay']) {
      const texts = rig.api.calls
        .filter((call) => moduleOf(call) === module)
        .flatMap(({ results }) => results);
      expect(texts[0]?.text).toContain(`${tree(module)}\norchestration/${RUN}/${module}`);
      expect(texts.slice(1, 8).map(({ isError }) => isError)).toEqual([
        false,
        true,
        true,
        true,
        true,
        false,
        false,
      ]);
      for (const n of [3, 4])
        expect(texts[n]?.text).toContain(`.orchestration/conflicts/${module}-<issue>.md`);
      expect(git(tree(module), 'log', '--format=%s', '-2')).toBe(`${module}\nContract`);
      expect(git(tree(module), 'show', '--stat', '--format=', 'HEAD')).toContain(`src/${module}/index.ts`);
    }
    const other = rig.api.calls.find((call) => call.task === 'Look around' && call.turn === 1);
    expect(other?.results[0]?.text).toContain('.claude/worktrees/agent-');
    expect(fingerprint(rig.sandbox.project)).toEqual(before);
    const done = readFileSync(join(run.dir, 'ledger.jsonl'), 'utf8').match(
      /"type":"returned".*"verdict":"done"/g,
    );
    expect(done).toHaveLength(2);
  });

  it('need no permission for what is theirs, and get none for anything else', async () => {
    const steps = (call: Call): Answer =>
      [
        use(['Write', { file_path: join(tree('auth'), 'src/auth/a.ts'), content: '' }]),
        use(['Write', { file_path: join(tree('auth'), '.orchestration/contracts/locks.json'), content: '' }]),
        bash('pwd && ls src/auth && grep -n Shop .orchestration/contracts/modules.json'),
        use(['Read', { file_path: join(rig.sandbox.project, '.orchestration/contracts/modules.json') }]),
      ][call.turn] ?? say('Done.');
    const { result } = await serve((call) => {
      if (call.agentId !== undefined) return steps(call);
      // The session asks for a worktree of the client's own.
      return call.turn === 0 ? use(agent(`sao:${RUN}/build-auth`, { isolation: 'worktree' })) : say('end');
    });
    expect(existsSync(join(tree('auth'), 'src/auth/a.ts'))).toBe(true);
    expect(readFileSync(join(tree('auth'), '.orchestration/contracts/locks.json'), 'utf8')).not.toBe('');
    expect(result.permission_denials.length).toBeLessThanOrEqual(1);
    const texts = rig.api.calls.flatMap(({ agentId, results }) => (agentId === undefined ? [] : results));
    expect(texts.map(({ isError }) => isError)).toEqual([false, true, false, false]);
    expect(texts[2]?.text).toContain(`${tree('auth')}\na.ts\n`);
    expect(texts[3]?.text).toContain('"project":"Shop"');
    expect(existsSync(join(rig.sandbox.project, '.claude'))).toBe(false);
  });
});
