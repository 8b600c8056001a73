import type { Limits, Model } from '../ledger/manifest.ts';

/** Weight of a full wave. Weights are whole twenty-fourths, because 12, 8 and 4 all divide 24. */
export const FULL_WAVE = 24;

/** Properties of a worker that the packing uses. */
export interface WaveItem {
  id: string;
  /** null for a command worker, which uses no tokens and is limited by number only. */
  model: Model | null;
  after: readonly string[];
}

/** The load of agents that run at the same time. */
export interface Load {
  weight: number;
  commands: number;
  count: number;
}

export const NO_LOAD: Load = { weight: 0, commands: 0, count: 0 };

/** The load of one agent; `none` is an agent that only waits for others. */
export interface LoadItem {
  model: WaveItem['model'] | 'none';
}

/** Twenty-fourths of a wave that one agent of a model takes; never rounded down. */
export function weightOf(model: LoadItem['model'], limits: Limits): number {
  return model === null || model === 'none' ? 0 : Math.ceil(FULL_WAVE / limits.models[model]);
}

export function addLoad(load: Load, item: LoadItem, limits: Limits): Load {
  return {
    weight: load.weight + weightOf(item.model, limits),
    commands: load.commands + (item.model === null ? 1 : 0),
    count: load.count + 1,
  };
}

/** Whether agents that make up this load may run at the same time. */
export function isWithin(load: Load, limits: Limits): boolean {
  return load.weight <= FULL_WAVE && load.commands <= limits.commands && load.count <= limits.total;
}

export function hasRoom(load: Load, item: LoadItem, limits: Limits): boolean {
  return isWithin(addLoad(load, item, limits), limits);
}

/** The ids of a dependency cycle in order, with the first one repeated at the end; undefined if there is none. */
export function findCycle(items: readonly WaveItem[]): string[] | undefined {
  const byId = new Map(items.map((item) => [item.id, item]));
  const settled = new Set<string>();
  for (const { id } of items) {
    const cycle = walkFrom(id, byId, settled);
    if (cycle) return cycle;
  }
  return undefined;
}

// Iterative, so that a chain of a thousand workers does not overflow the stack.
function walkFrom(start: string, byId: Map<string, WaveItem>, settled: Set<string>): string[] | undefined {
  const path: string[] = [];
  const stack: { id: string; next: number }[] = [{ id: start, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (!top) break;
    if (top.next === 0) path.push(top.id);
    const needed = settled.has(top.id) ? undefined : byId.get(top.id)?.after[top.next++];
    if (needed === undefined) {
      settled.add(top.id);
      path.pop();
      stack.pop();
    } else if (path.includes(needed)) {
      return [...path.slice(path.indexOf(needed)), needed];
    } else if (!settled.has(needed)) {
      stack.push({ id: needed, next: 0 });
    }
  }
  return undefined;
}

/**
 * Packs workers into waves: no wave exceeds the capacity, and no worker precedes its dependencies.
 * Takes the best of first-fit in plan order (walked once, or back to the front after each placing) and first-fit by
 * weight, so it is never worse than first-fit. The ids of a wave are in plan order. Items must be free of cycles.
 */
export function packWaves(items: readonly WaveItem[], limits: Limits): string[][] {
  const order = new Map(items.map((item, index) => [item.id, index]));
  const rank = (id: string) => order.get(id) ?? 0;
  const byPlan = (a: WaveItem, b: WaveItem) => rank(a.id) - rank(b.id);
  const depth = depthsOf(items);
  const byWeight = (a: WaveItem, b: WaveItem) =>
    (depth.get(b.id) ?? 0) - (depth.get(a.id) ?? 0) ||
    weightOf(b.model, limits) - weightOf(a.model, limits) ||
    byPlan(a, b);
  const packings = [inPasses(items, byPlan), inOrder(items, byPlan), inPasses(items, byWeight)].map(
    (ordered) => firstFit(ordered, limits),
  );
  const best = packings.reduce((least, packing) => (packing.length < least.length ? packing : least));
  return best.map((wave) => wave.sort((a, b) => rank(a) - rank(b)));
}

/** The length of the longest dependency chain that starts at each item; items with long chains are packed first. */
function depthsOf(items: readonly WaveItem[]): Map<string, number> {
  const depth = new Map(items.map((item) => [item.id, 0]));
  for (const item of inPasses(items, () => 0).reverse()) {
    for (const needed of item.after) {
      depth.set(needed, Math.max(depth.get(needed) ?? 0, (depth.get(item.id) ?? 0) + 1));
    }
  }
  return depth;
}

/** A topological order in passes over the sorted items; each pass takes the items whose dependencies are placed. */
function inPasses(items: readonly WaveItem[], compare: (a: WaveItem, b: WaveItem) => number): WaveItem[] {
  const placed = new Set<string>();
  const ordered: WaveItem[] = [];
  let waiting = [...items].sort(compare);
  while (waiting.length > 0) {
    const later: WaveItem[] = [];
    for (const item of waiting) {
      if (item.after.every((id) => placed.has(id))) {
        placed.add(item.id);
        ordered.push(item);
      } else later.push(item);
    }
    if (later.length === waiting.length) break;
    waiting = later;
  }
  return ordered;
}

/** A topological order that always takes the first of the sorted items that is ready. */
function inOrder(items: readonly WaveItem[], compare: (a: WaveItem, b: WaveItem) => number): WaveItem[] {
  const placed = new Set<string>();
  const ordered: WaveItem[] = [];
  const waiting = [...items].sort(compare);
  for (;;) {
    const next = waiting.findIndex(({ after }) => after.every((id) => placed.has(id)));
    const [item] = next < 0 ? [] : waiting.splice(next, 1);
    if (!item) return ordered;
    placed.add(item.id);
    ordered.push(item);
  }
}

function firstFit(ordered: readonly WaveItem[], limits: Limits): string[][] {
  const waves: { ids: string[]; load: Load }[] = [];
  const waveOf = new Map<string, number>();
  // Loads only grow, so a wave without room for a model never has room for it again.
  const firstWithRoom = new Map<WaveItem['model'], number>();
  for (const item of ordered) {
    let open = firstWithRoom.get(item.model) ?? 0;
    while (open < waves.length && !hasRoom(waves[open]?.load ?? NO_LOAD, item, limits)) open += 1;
    firstWithRoom.set(item.model, open);
    let index = item.after.reduce((first, id) => Math.max(first, (waveOf.get(id) ?? -1) + 1), open);
    while (index < waves.length && !hasRoom(waves[index]?.load ?? NO_LOAD, item, limits)) index += 1;
    const wave = waves[index] ?? { ids: [], load: NO_LOAD };
    wave.ids.push(item.id);
    waves[index] = { ids: wave.ids, load: addLoad(wave.load, item, limits) };
    waveOf.set(item.id, index);
  }
  return waves.map(({ ids }) => ids);
}
