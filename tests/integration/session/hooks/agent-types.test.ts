import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AgentType, Plan } from '../../../../src/run/ledger/manifest.ts';
import type { RunEvent } from '../../../../src/run/ledger/run-event.ts';
import { appendEvents, replacePlan } from '../../../../src/run/ledger/store.io.ts';
import { onAgentCall } from '../../../../src/session/hooks/dispatch.io.ts';
import { onRead } from '../../../../src/session/hooks/files.io.ts';
import { BuildRun, decisionOf, RUN } from '../../../harness/build-run.ts';
import { makeScratch } from '../../../harness/scratch.ts';
import { returned } from '../../../harness/snapshots.ts';

/** Gives an agent of the run's plan this type. */
function setType(run: BuildRun, id: string, agentType: string): void {
  const path = join(run.dir, 'plan.json');
  const plan = JSON.parse(readFileSync(path, 'utf8')) as Plan;
  for (const agent of plan.agents) if (agent.id === id) agent.agentType = agentType as AgentType;
  const extended = (hash: string): RunEvent[] => [
    { type: 'plan-extended', stage: 'build', agents: [], hash },
  ];
  replacePlan(run.dir, plan, extended, new Date());
}

function dispatch(run: BuildRun, id: string, plugin?: string) {
  const call = run.call('Agent', {
    description: id,
    prompt: `sao:${RUN}/${id}`,
    subagent_type: 'general-purpose',
  });
  const env = plugin === undefined ? run.env : { ...run.env, CLAUDE_PLUGIN_ROOT: plugin };
  return decisionOf(onAgentCall(call, env, new Date())).input.subagent_type;
}

describe('the type of an agent at its dispatch', () => {
  it.each([
    ['worker', 'scaled-agent-orchestration:worker'],
    ['builder', 'scaled-agent-orchestration:builder'],
    ['of-a-newer-version', 'general-purpose'],
  ])('with %s in the plan: %s', (planned, type) => {
    const run = new BuildRun();
    setType(run, 'a1', planned);
    expect(dispatch(run, 'a1', resolve('.'))).toBe(type);
  });

  it('is what the conversation named if the plan names none', () => {
    expect(dispatch(new BuildRun(), 'a1', resolve('.'))).toBe('general-purpose');
  });

  it('has the name of the loaded plugin in front', () => {
    const renamed = makeScratch();
    cpSync('agents', join(renamed, 'agents'), { recursive: true });
    cpSync('.claude-plugin', join(renamed, '.claude-plugin'), { recursive: true });
    writeFileSync(join(renamed, '.claude-plugin', 'plugin.json'), '{"name": "mine"}');
    const run = new BuildRun();
    setType(run, 'a1', 'worker');
    expect(dispatch(run, 'a1', renamed)).toBe('mine:worker');
  });

  it.each([undefined, '', '/nowhere'])('is what the conversation named if the plugin is %j', (plugin) => {
    const run = new BuildRun();
    setType(run, 'a1', 'worker');
    expect(dispatch(run, 'a1', plugin)).toBe('general-purpose');
  });
});

describe('an agent that reads its prompt', () => {
  const read = (run: BuildRun, by: string | undefined, of: string) => {
    const caller = by === undefined ? {} : run.by(by, run.project);
    const call = run.call('Read', { file_path: join(run.dir, 'prompts', `${of}.md`) }, caller);
    return decisionOf(onRead(call, run.env, new Date()));
  };

  it('gets the prompt of its attempt, and the file below prompts/ stays as it is', () => {
    const run = new BuildRun();
    const before = readFileSync(join(run.dir, 'prompts', 'a1.md'), 'utf8');
    expect(read(run, 'a1', 'a1').decision).toBe('allow');
    const fault = 'it has no sentinel';
    appendEvents(run.dir, [{ ...returned('a1', 'incomplete'), fault } as RunEvent], new Date());
    const retried = run.by('a1', run.project, 2);
    const { decision, input } = decisionOf(
      onRead(
        run.call('Read', { file_path: join(run.dir, 'prompts', 'a1.md') }, retried),
        run.env,
        new Date(),
      ),
    );
    expect(decision).toBe('allow');
    const text = readFileSync(String(input.file_path), 'utf8');
    expect(text.startsWith(before)).toBe(true);
    expect(text).toContain('it has no sentinel');
    expect(text).toContain('Attempt 2');
    expect(readFileSync(join(run.dir, 'prompts', 'a1.md'), 'utf8')).toBe(before);
  });

  it('gets no other prompt, and no one else gets its prompt', () => {
    const run = new BuildRun();
    expect(read(run, 'a1', 'build-auth').decision).toBe('none');
    expect(read(run, undefined, 'a1').decision).toBe('none');
  });
});
