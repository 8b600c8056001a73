import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashContract } from '../../src/contract/hash.ts';
import { readContractFiles } from '../../src/contract/read.io.ts';
import { writesOf } from '../../src/contract/rights.ts';
import { createRun } from '../../src/run/ledger/create-run.io.ts';
import { DEFAULT_LIMITS, type Plan, type PlannedAgent, type Role } from '../../src/run/ledger/manifest.ts';
import { bindSession } from '../../src/run/ledger/sessions.io.ts';
import { appendEvents, planHash, writePlanFile } from '../../src/run/ledger/store.io.ts';
import type { HookInput } from '../../src/session/hooks/protocol.ts';
import { unwrap } from '../../src/system/result.ts';
import { commit, git, makeRepository } from '../hazards/git-scratch.ts';
import { approvalOf } from './approvals.ts';
import { makeScratch } from './scratch.ts';
import { agentOf } from './snapshots.ts';

export const RUN = '20260101-120000-0a1b2c3d';
const NOW = new Date('2026-01-01T12:00:00Z');

/** The smallest contract that can be shown and hashed. */
export const CONTRACT = {
  '.orchestration/contracts/architecture.md': '# Architecture\n\nTwo modules.\n\n<!-- DONE -->\n',
  '.orchestration/contracts/modules.json': JSON.stringify({
    project: 'Shop',
    test_command: 'npm test',
    integration_test_command: 'npm run test:all',
    modules: [{ name: 'auth' }, { name: 'pay' }],
  }),
  '.orchestration/contracts/locks.json': JSON.stringify({ decisions: {}, interfaces: {} }),
};

const builder = (module: string, trees: string): Partial<PlannedAgent> => ({
  id: `build-${module}`,
  role: 'builder',
  module,
  tree: join(trees, module),
  output: `builds/${module}.md`,
  writes: [`src/${module}/**`, `.orchestration/conflicts/${module}-*.md`, `!src/${module}/keep.ts`],
});

/** A build run in its own project, made from files: its contract is in the integration worktree and not approved. */
export class BuildRun {
  readonly project: string;
  readonly root: string;
  readonly dir: string;
  readonly integration: string;
  /** The folder of the worktrees. */
  readonly trees: string;
  readonly session: string;
  readonly env: NodeJS.ProcessEnv;

  /** `agents`: roles in addition to the architect and two builders. `home`: the name of the folder with project and runs. */
  constructor(
    given: {
      project?: string;
      root?: string;
      session?: string;
      agents?: readonly Role[];
      home?: string;
      /** Whether the worktrees are outside of the run directory. */
      apart?: boolean;
    } = {},
  ) {
    this.session = given.session ?? 'session-1';
    const home = join(makeScratch(), given.home ?? 'home');
    this.project = makeRepository({ 'README.md': 'A shop\n' }, given.project ?? join(home, 'project'));
    this.root = given.root ?? join(home, 'runs');
    mkdirSync(this.root, { recursive: true, mode: 0o700 });
    const { project } = this;
    const trees = join(this.root, '.trees', RUN, 'builds');
    const manifest = {
      ...(given.apart ? { trees } : {}),
      version: 1,
      id: RUN,
      mode: 'build',
      task: 'Build a shop',
      project,
      created: NOW.toISOString(),
      driver: null,
      limits: DEFAULT_LIMITS,
    } as const;
    this.dir = createRun(this.root, manifest, NOW);
    this.trees = given.apart ? trees : join(this.dir, 'builds');
    this.integration = join(this.trees, 'integration');
    for (const folder of [join(this.dir, 'builds'), this.trees]) mkdirSync(folder, { recursive: true });
    git(project, 'worktree', 'add', '--quiet', '-b', `orchestration/${RUN}/integration`, this.integration);
    commit(this.integration, CONTRACT, 'Contract');
    for (const module of ['auth', 'pay'])
      git(
        this.integration,
        ...['worktree', 'add', '--quiet', '-b', `orchestration/${RUN}/${module}`],
        join(this.trees, module),
      );
    this.check();
    this.plan([
      { id: 'architect', role: 'architect', tree: this.integration, writes: ['.orchestration/contracts/**'] },
      builder('auth', this.trees),
      builder('pay', this.trees),
      { id: 'a1', output: 'workers/a1.md' },
      ...(given.agents ?? []).map((role) => ({
        id: role,
        role,
        tree: this.integration,
        writes: writesOf(role),
      })),
    ]);
    bindSession(this.root, this.session, this.dir);
    this.env = { SAO_RUNS_DIR: this.root };
  }

  /** Records that the work at both gates passed the engine's checks. */
  check(): void {
    const commit = git(this.integration, 'rev-parse', 'HEAD');
    const hash = hashContract(unwrap(readContractFiles(this.integration)));
    const checked = { type: 'stage-checked' as const, ok: true, commit, faults: [] };
    appendEvents(
      this.dir,
      [
        { ...checked, stage: 'architect', by: 'architect', hash },
        { ...checked, stage: 'ship', by: 'shipper', hash: commit },
      ],
      NOW,
    );
  }

  private plan(agents: readonly Partial<PlannedAgent>[]): void {
    const whole = agents.map(
      (agent): PlannedAgent => ({ ...WORKER, output: `workers/${agent.id}.md`, ...agent }),
    );
    // The stages of a build write their agents' prompts before dispatch.
    for (const { id, output } of whole)
      writeFileSync(
        join(this.dir, 'prompts', `${id}.md`),
        `You are ${id}. Do your part, then write your file:\n\n\`${join(this.dir, output)}\`\n`,
      );
    const plan: Plan = {
      version: 1,
      task: 'Build a shop',
      domains: [{ id: 'build', name: 'Build' }],
      agents: whole,
      waves: [whole.map(({ id }) => id)],
    };
    writePlanFile(this.dir, plan);
    appendEvents(
      this.dir,
      [
        { type: 'plan-accepted', hash: planHash(plan), workers: 4, coordinators: 0, waves: 1 },
        {
          type: 'plan-confirmed',
          ...approvalOf({ run: RUN, project: this.project, stage: 'plan', hash: planHash(plan) }),
        },
      ],
      NOW,
    );
  }

  /** The hook input of the client for a tool call of the parent. */
  call(tool_name: string, tool_input: Record<string, unknown>, more: Partial<HookInput> = {}): HookInput {
    return {
      hook_event_name: 'PreToolUse',
      session_id: this.session,
      transcript_path: join(this.root, 'transcript.jsonl'),
      cwd: this.project,
      tool_name,
      tool_input,
      tool_use_id: 'toolu_1',
      ...more,
    };
  }

  /** The fields that make a call one of this agent, or of an unknown subagent. */
  by(agent: string | undefined, cwd: string, attempt = 1): Partial<HookInput> {
    const agent_id = `client-${agent ?? 'stranger'}`;
    const folder = join(this.root, 'transcript', 'subagents');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `agent-${agent_id}.meta.json`),
      JSON.stringify({ toolUseId: `toolu_${agent_id}` }),
    );
    if (agent !== undefined) {
      const toolUse = `toolu_${agent_id}`;
      appendEvents(
        this.dir,
        [{ type: 'dispatched', agent, attempt, driver: 'agent', wave: 1, toolUse, session: this.session }],
        new Date(),
      );
    }
    return { agent_id, cwd };
  }
}

const WORKER = agentOf('a1', { domain: 'build', name: 'Work', task: 'Work' });

interface Decision {
  permissionDecision?: string;
  permissionDecisionReason?: string;
  updatedInput?: Record<string, unknown>;
}

/** A hook's decision and reason; `none` if it left the decision to the client. */
export function decisionOf(answer: unknown): {
  decision: string;
  reason: string;
  input: Record<string, unknown>;
} {
  const {
    permissionDecision = 'none',
    permissionDecisionReason = '',
    updatedInput = {},
  } = (answer as { hookSpecificOutput?: Decision } | undefined)?.hookSpecificOutput ?? {};
  return { decision: permissionDecision, reason: permissionDecisionReason, input: updatedInput };
}
