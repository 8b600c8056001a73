import { ancestorHasEnv, hasAgentAncestor, hasClientAncestor } from './ancestry.ts';
import { isInsideSandbox } from './inside-sandbox.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Returns whether a model started this process. Reads all ancestors' environments, because `env -u` changes only the last one. */
export function isInSession(env: Env): boolean {
  return (
    Boolean(env.CLAUDECODE || env.CLAUDE_CODE_SESSION_ID) ||
    ancestorHasEnv('CLAUDECODE') ||
    hasClientAncestor()
  );
}

/** Returns whether an agent of a run started this process. */
export function isInAgent(env: Env): boolean {
  return Boolean(env.SAO_AGENT_ID) || isInsideSandbox() || hasAgentAncestor();
}

/** Returns whether a model chose the variables of this process: in a session, or in a process that an agent started. */
export function isEnvironmentOfModel(env: Env): boolean {
  return isInSession(env) || isInAgent(env);
}
