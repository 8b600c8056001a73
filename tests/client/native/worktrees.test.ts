import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, write } from '../../hazards/git-scratch.ts';
import type { Call } from '../harness/call.ts';
import { runClient, startClient } from '../harness/client.ts';
import { bash } from '../harness/orchestra.ts';
import { startTalk } from '../harness/person.ts';
import { type Answer, createGate, say, use } from '../harness/reply.ts';
import { playBoth, type Scenario, type Side } from './pair.ts';

/**
 * The session starts one agent with a worktree for each prompt; each agent runs its commands in their order.
 * The agents start one after another: the client's own `git worktree add` can fail beside another one.
 */
function startAgents(
  commands: Record<string, string[]>,
  isBackground = false,
): (call: Pick<Call, 'agentId' | 'task' | 'turn'>) => Answer {
  const calls = Object.keys(commands).map((prompt): [string, Record<string, unknown>] => [
    'Agent',
    {
      description: prompt,
      prompt,
      subagent_type: 'general-purpose',
      run_in_background: isBackground,
      isolation: 'worktree',
    },
  ]);
  return ({ agentId, task, turn }) => {
    if (agentId === undefined) {
      const next = task.startsWith('Go') ? calls[turn] : undefined;
      return next === undefined ? say('end') : use(next);
    }
    const command = commands[task]?.[turn];
    return command === undefined ? say('done') : bash(command);
  };
}

const inSession = (command: string) => (call: Call) => (call.turn === 0 ? bash(command) : say('end'));

const WHERE = 'pwd && git branch --show-current && git log -1 --format=%s';
const AT_FIRST = '/project/.claude/worktrees/agent-work\nworktree-agent-work\nFirst';
const commitAs = (subject: string) =>
  `git add -A && git -c user.name=T -c user.email=t@example.com commit -qm ${subject}`;

type Place = Pick<Side, 'project' | 'root'>;

function commitAll(project: string, files: Record<string, string>, subject: string): void {
  write(project, files);
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '-m', subject);
}

/** A remote that has everything, and a local commit that it lacks. */
function commitAhead({ project, root }: Place): void {
  addRemote({ project, root });
  commitAll(project, { 'local.txt': 'local\n' }, 'Local');
}

function addRemote({ project, root }: Place): void {
  const remote = join(root, 'remote.git');
  git(project, 'clone', '--quiet', '--bare', project, remote);
  git(project, 'remote', 'add', 'origin', remote);
  git(project, 'fetch', '--quiet', 'origin');
  git(project, 'remote', 'set-head', 'origin', 'main');
}

function pushPullRequest(place: Place): void {
  const { project } = place;
  addRemote(place);
  git(project, 'switch', '--quiet', '-c', 'topic');
  commitAll(project, { 'pr.txt': 'pr\n' }, 'Pull request');
  git(project, 'push', '--quiet', 'origin', 'HEAD:refs/pull/12/head');
  git(project, 'switch', '--quiet', 'main');
  git(project, 'branch', '-D', 'topic');
}

function addFailingHook({ project }: Place): void {
  const hook = join(project, '.git/hooks/post-checkout');
  writeFileSync(hook, '#!/bin/sh\nexit 1\n');
  chmodSync(hook, 0o755);
}

const addTree =
  (name: string) =>
  ({ project, root }: Place): void =>
    void git(project, 'worktree', 'add', '--quiet', '-b', 'mine', join(root, name));

const STRANGE = 'my "own" \\u0041 tree';
const work = (...commands: string[]) => startAgents({ work: commands });

/** `/clear` while the agent waits between two commands. */
function clearSession(): Scenario {
  const gate = createGate();
  const answer = startAgents({ work: [WHERE, 'touch new.txt'] }, true);
  return {
    async script(call) {
      if (call.agentId !== undefined && call.turn === 1) await gate.passed;
      return answer(call);
    },
    async run({ options, api, note }) {
      const talk = startTalk(options, () => 'allow');
      talk.say('Go');
      await talk.heard();
      await api.waitFor(({ agentId, turn }) => agentId !== undefined && turn === 1);
      for (const text of ['/clear', 'Next']) {
        talk.say(text);
        await talk.heard();
      }
      note();
      gate.open();
      await talk.heard();
      await talk.close();
    },
    leaves: { '/project/.claude/worktrees/agent-work': 'First' },
    answers: [AT_FIRST, '(Bash completed with no output)'],
  };
}

/** The client dies while both agents wait; then there is another session. */
function killSession(): Scenario {
  const gate = createGate();
  const answer = startAgents({ work: ['touch new.txt'], idle: ['pwd'] }, true);
  return {
    async script(call) {
      if (call.agentId !== undefined && call.turn === 1) await gate.passed;
      return answer(call);
    },
    async run({ options, api, note }) {
      const client = startClient('Go', options);
      const haveWorked = ['work', 'idle'].map((task) =>
        api.waitFor((call) => call.task === task && call.turn === 1),
      );
      await Promise.all(haveWorked);
      await client.kill();
      gate.open();
      note();
      await runClient('Next', options);
    },
    leaves: {
      '/project/.claude/worktrees/agent-idle': 'First',
      '/project/.claude/worktrees/agent-work': 'First',
    },
  };
}

const LEFT = { '/project/.claude/worktrees/agent-work': 'First' };

const SCENARIOS: Record<string, () => Scenario> = {
  'unchanged and changed worktrees': () => ({
    script: startAgents({
      idle: [WHERE],
      new: ['touch new.txt'],
      edited: ['echo b > a.txt'],
      committed: [`echo b > a.txt && ${commitAs('Work')}`],
    }),
    leaves: {
      '/project/.claude/worktrees/agent-committed': 'Work',
      '/project/.claude/worktrees/agent-edited': 'First',
      '/project/.claude/worktrees/agent-new': 'First',
    },
  }),
  'a new file and status.showUntrackedFiles=no': () => ({
    prepare: ({ project }) => void git(project, 'config', 'status.showUntrackedFiles', 'no'),
    script: work('touch new.txt'),
    leaves: LEFT,
  }),
  '/clear while a background agent works': clearSession,
  'a failing post-checkout hook': () => ({
    prepare: addFailingHook,
    script: work(WHERE, 'touch new.txt'),
    leaves: LEFT,
    answers: [AT_FIRST],
  }),
  "--worktree '#12'": () => ({
    prepare: pushPullRequest,
    args: ['--worktree', '#12'],
    script: inSession(WHERE),
    leaves: { '/project/.claude/worktrees/pr-12': 'Pull request' },
  }),
  '--worktree with a name': () => ({
    args: ['--worktree', 'mine'],
    script: inSession('touch new.txt'),
    leaves: { '/project/.claude/worktrees/mine': 'First' },
  }),
  'worktree.sparsePaths': () => ({
    settings: { sparsePaths: ['src'] },
    files: { 'docs/b.md': 'b\n' },
    script: work('ls', 'touch src/new.ts'),
    leaves: LEFT,
    answers: ['a.txt\nsrc'],
  }),
  'worktree.symlinkDirectories': () => ({
    settings: { symlinkDirectories: ['node_modules'] },
    files: { '.gitignore': 'node_modules\n' },
    prepare: ({ project }) => write(project, { 'node_modules/x/index.js': '' }),
    script: work('ls node_modules/', 'touch new.txt'),
    leaves: LEFT,
    answers: ['x'],
  }),
  'worktree.baseRef head': () => ({
    settings: { baseRef: 'head' },
    prepare: commitAhead,
    script: work('touch new.txt'),
    leaves: { '/project/.claude/worktrees/agent-work': 'Local' },
  }),
  'worktree.baseRef fresh': () => ({
    settings: { baseRef: 'fresh' },
    prepare: commitAhead,
    script: work('touch new.txt'),
    leaves: LEFT,
  }),
  'no baseRef': () => ({ prepare: commitAhead, script: work('touch new.txt'), leaves: LEFT }),
  // The client alone removes a worktree whose only new files are ignored.
  'ignored files': () => ({
    files: { '.gitignore': '.env\n' },
    script: startAgents({ ignored: ['echo KEY=1 > .env'], both: ['echo KEY=1 > .env && touch new.txt'] }),
    leaves: { '/project/.claude/worktrees/agent-both': 'First' },
  }),
  'a .worktreeinclude file': () => ({
    files: { '.gitignore': '.env\n', '.worktreeinclude': '.env\n' },
    prepare: ({ project }) => write(project, { '.env': 'KEY=1\n' }),
    script: work('cat .env', 'touch new.txt'),
    leaves: LEFT,
    answers: ['KEY=1'],
  }),
  'commits on a detached HEAD': () => ({
    script: startAgents({
      stays: [`git checkout -q --detach && echo b > a.txt && ${commitAs('Detached')}`],
      returns: [`git checkout -q --detach && echo c > a.txt && ${commitAs('Left')} && git checkout -q -`],
    }),
    leaves: { '/project/.claude/worktrees/agent-stays': 'Detached' },
  }),
  'a client that is killed, and the next session': killSession,
  'a session inside a worktree of the user': () => ({
    prepare: addTree('mine'),
    cwd: (root) => join(root, 'mine'),
    script: work(WHERE, 'touch new.txt'),
    leaves: { '/mine': 'First', ...LEFT },
    answers: [AT_FIRST],
  }),
  'a session in a folder whose name has a blank, a quote and an escape': () => ({
    prepare: addTree(STRANGE),
    cwd: (root) => join(root, STRANGE),
    script: work('touch new.txt'),
    leaves: { [`/${STRANGE}`]: 'First', [`/${STRANGE}/.claude/worktrees/agent-work`]: 'First' },
  }),
};

describe('the worktrees of a session without a run', () => {
  it.each(Object.entries(SCENARIOS))('are as without the plugin: %s', async (_, describeScenario) => {
    const { native, withPlugin } = await playBoth(describeScenario);
    const { leaves, answers = [] } = describeScenario();
    const left = native.states.at(-1)?.trees.filter(({ place }) => place !== '/project') ?? [];
    expect(Object.fromEntries(left.map(({ place, subject }) => [place, subject]))).toEqual(leaves);
    expect(native.answers).toEqual(expect.arrayContaining(answers));
    expect(withPlugin).toEqual(native);
  });
});
