import type { RunOverview } from '../pipeline/overview/read-overview.io.ts';
import type { RunView } from './model.ts';

/** A view cut into small pieces by name, so that only those that differ are sent. */
export type Parts = Record<string, unknown>;

/** What one message to a page changes. */
export interface PartChange {
  set: Parts;
  drop: string[];
}

/** Cuts the view of a run: one part for each member of the overview, each agent, attempt and mark. Pure. */
export function cutView({ overview, agents, attempts, marks, modules, cost }: RunView): Parts {
  const parts: Parts = { modules, cost };
  for (const [key, value] of Object.entries(overview)) parts[`overview/${key}`] = value;
  agents.forEach((row, at) => {
    parts[`agents/${at}`] = row;
  });
  attempts.forEach((row, at) => {
    parts[`attempts/${at}`] = row;
  });
  marks.forEach((row, at) => {
    parts[`marks/${at}`] = row;
  });
  return parts;
}

/** Joins parts to the view that they were cut from. Pure. */
export function joinView(parts: Parts): RunView {
  const overview: Record<string, unknown> = {};
  const lists: Record<string, unknown[]> = { agents: [], attempts: [], marks: [] };
  for (const [name, value] of Object.entries(parts)) {
    const [group = '', key = ''] = name.split('/');
    if (group === 'overview') overview[key] = value;
    else if (lists[group]) lists[group][Number(key)] = value;
  }
  const { modules = [], cost = { usd: null, tokens: null, byModel: [] } } = parts;
  return { overview: overview as unknown as RunOverview, modules, cost, ...lists } as unknown as RunView;
}

/** The JSON of each part that a page has. */
export type SentParts = ReadonlyMap<string, string>;

/** Compares parts with those that were sent. Returns what differs, and what is sent then. Pure. */
export function diffParts(parts: Parts, sent: SentParts): { change: PartChange; now: Map<string, string> } {
  const now = new Map(Object.entries(parts).map(([name, value]) => [name, JSON.stringify(value)]));
  const set = Object.fromEntries(Object.entries(parts).filter(([name]) => now.get(name) !== sent.get(name)));
  return { change: { set, drop: [...sent.keys()].filter((name) => !now.has(name)) }, now };
}

/** Whether a change changes nothing. */
export const isNoChange = ({ set, drop }: PartChange): boolean =>
  drop.length === 0 && Object.keys(set).length === 0;

/** Applies a change to parts, in place. */
export function applyChangeTo(parts: Parts, { set, drop }: PartChange): void {
  Object.assign(parts, set);
  for (const name of drop) delete parts[name];
}
