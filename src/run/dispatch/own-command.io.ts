import { readSnapshot } from './snapshot.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether a call of `sao` is the command of the worker that makes it, as the confirmed plan of its run has it: what a human has confirmed needs no other
 * right. `words`: the words after `sao`.
 */
export function isOwnCommand(words: readonly string[], env: Env, now: Date): boolean {
  const { SAO_RUN_DIR: dir, SAO_AGENT_ID: id } = env;
  if (!dir || !id) return false;
  try {
    const { plan, state, planChanged } = readSnapshot(dir, now);
    if (!state.confirmed || planChanged) return false;
    const command = plan?.agents.find((agent) => agent.id === id)?.command ?? [];
    // Before them are the names of the programs.
    const own = command.slice(-words.length);
    return command.length - words.length <= 2 && JSON.stringify(own) === JSON.stringify(words);
  } catch {
    // There is no such run, so it has confirmed nothing.
    return false;
  }
}
