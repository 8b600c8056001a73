import { identifyProcess } from '../adapters/process/identity.ts';
import { beginAttempt, type Dispatched } from '../dispatch/begin.io.ts';
import { parseReference } from '../dispatch/next.ts';
import { decideUnderLock } from '../dispatch/snapshot.io.ts';
import { refuse } from '../dispatch/wording.ts';
import { allow, deny, type HookAnswer, type HookInput, textOf } from './protocol.ts';
import { findRun } from './who.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** An Agent call whose prompt is `sao:RUN/ID`: refused, or given its prompt, model and place in the ledger. */
export function onAgentCall(input: HookInput, env: Env, now: Date): HookAnswer {
  const reference = parseReference(textOf(input, 'prompt') ?? '');
  if (!reference) return undefined;
  const dir = findRun(reference.run, input, env);
  if (dir === undefined) return deny(refuse.noRun(reference.run));
  const begun = decideUnderLock(dir, now, (snapshot) => {
    const started = beginAttempt(snapshot, reference.id, carrier(input, env), now);
    return started;
  });
  if (!begun.ok) return deny(begun.reason);
  const { prompt, agent } = begun;
  return allow({ ...input.tool_input, prompt, model: agent.model ?? 'sonnet', run_in_background: false });
}

function carrier(input: HookInput, env: Env): Omit<Dispatched, 'type' | 'agent' | 'attempt' | 'wave'> {
  // The client names itself; when it dies, its foreground agents die with it.
  const owner = identifyProcess(Number(env.CLAUDE_PID ?? process.ppid));
  return {
    driver: 'agent',
    via: 'hook',
    session: input.session_id,
    ...(owner ? { owner } : {}),
    ...(input.tool_use_id ? { toolUse: input.tool_use_id } : {}),
  };
}
