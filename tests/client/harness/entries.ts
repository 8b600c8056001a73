/** A line of a ledger, as far as tests read it. */
export interface Entry {
  type: string;
  agent?: string;
  attempt?: number;
  verdict?: string;
  driver?: string;
  chars?: number;
  fault?: string;
  module?: string;
}

/** The agents that were started once more after they were done. */
export function startedAgain(entries: readonly Entry[]): string[] {
  const done = new Set<string | undefined>();
  return entries.flatMap(({ type, agent, verdict }) => {
    if (type === 'returned' && verdict === 'done') done.add(agent);
    return type === 'dispatched' && agent !== undefined && done.has(agent) ? [agent] : [];
  });
}
