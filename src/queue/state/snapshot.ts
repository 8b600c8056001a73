import type { Idea, QueueState } from './state.ts';

/** Increase it when a replay gives another state for the same events: snapshots of other formats are ignored. */
const FORMAT = 4;

/** Maps and sets of the state. They are named one by one: a general encoding takes ten times as long for 10,000 tasks. */
const MAPS = [
  'resources',
  'teams',
  'executors',
  'tasks',
  'tokens',
  'servedAt',
  'blockers',
  'access',
] as const;
const SETS = ['queued', 'claimed'] as const;

/** The state as JSON. */
export function serializeState(state: QueueState): string {
  const plain: Record<string, unknown> = { ...state, format: FORMAT };
  for (const key of MAPS) plain[key] = [...state[key]];
  for (const key of SETS) plain[key] = [...state[key]];
  plain.ideas = [...state.ideas].map(([id, idea]) => [id, { ...idea, openIn: [...idea.openIn] }]);
  return JSON.stringify(plain);
}

/** Reverses `serializeState`; undefined if the text is of another format. */
export function parseState(text: string): QueueState | undefined {
  try {
    const { format, ...plain } = JSON.parse(text) as Record<string, unknown>;
    if (format !== FORMAT) return undefined;
    for (const key of MAPS) plain[key] = new Map(plain[key] as [string, unknown][]);
    for (const key of SETS) plain[key] = new Set(plain[key] as string[]);
    const ideas = plain.ideas as [string, Idea & { openIn: unknown }][];
    plain.ideas = new Map(
      ideas.map(([id, idea]) => [
        id,
        { ...idea, openIn: new Map(idea.openIn as unknown as [string, number][]) },
      ]),
    );
    return plain as unknown as QueueState;
  } catch {
    return undefined;
  }
}
