import { join } from 'node:path';
import type { PlannedAgent } from '../run/ledger/manifest.ts';

/** What every program that is started for an agent gets to know. */
export interface Job {
  run: string;
  dir: string;
  /** Where it is started: the project, or the agent's worktree. */
  cwd: string;
  agent: PlannedAgent;
  attempt: number;
  prompt: string;
  /** Variables of the worktree that it is started in. */
  variables?: Readonly<Record<string, string>>;
  /** What it may cost at most, in USD. */
  maxUsd?: number;
}

// They tie a process to the session around it: a client that is started inside would take itself for a part of that.
const SESSION_VARIABLES = [
  'CLAUDECODE',
  'CLAUDE_PID',
  'CLAUDE_EFFORT',
  'CLAUDE_ENV_FILE',
  'CLAUDE_PROJECT_DIR',
  'CLAUDE_PLUGIN_ROOT',
  'CLAUDE_PLUGIN_DATA',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_EXECPATH',
  'CLAUDE_CODE_SESSION_ATTENDED',
  'CLAUDE_CODE_CHILD_NOTES_DIR',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_CODE_MESSAGING_TOKEN',
];

const REMOVED = new Set([...SESSION_VARIABLES, 'SAO_APPROVAL', 'SAO_QUEUE_TOKEN', 'SAO_QUEUE_PASSPHRASE']);

/** The environment of an agent's program: ours without the session around us, and who it is. */
export function childEnv(
  env: Readonly<Record<string, string | undefined>>,
  { run, dir, agent, attempt, variables }: Job,
): Record<string, string | undefined> {
  return {
    ...withoutSession(env),
    SAO_RUN_ID: run,
    SAO_RUN_DIR: dir,
    SAO_AGENT_ID: agent.id,
    SAO_ROLE: agent.role,
    SAO_DOMAIN: agent.domain,
    ...(agent.module === undefined ? {} : { SAO_MODULE: agent.module }),
    SAO_ATTEMPT: String(attempt),
    SAO_MODEL: agent.model ?? '',
    SAO_OUTPUT: join(dir, agent.output),
    ...variables,
  };
}

const withoutSessionOf = new WeakMap<object, Record<string, string | undefined>>();

/** The environment of a runner does not change, and each of its agents starts with it. */
function withoutSession(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const known = withoutSessionOf.get(env);
  if (known) return known;
  const left = Object.entries(env).filter(([name]) => !REMOVED.has(name));
  const own = Object.fromEntries(left);
  withoutSessionOf.set(env, own);
  return own;
}
