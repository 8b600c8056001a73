import { type DOMAINS, FIVE_DOMAINS } from './project.ts';
import type { Way } from './stage.ts';
import { flat } from './ways/flat.ts';
import { inline } from './ways/inline.ts';
import { ours, showPlan } from './ways/ours.ts';
import { published } from './ways/published.ts';

/** The bounds of a scenario; scenarios without bounds are for comparison. */
export interface Bounds {
  tokens?: number;
  besides?: number;
  turns?: number;
  /** Tokens of the plan as `sao plan` prints it and the parent shows it. */
  shown?: number;
  /** At most so many times the scenario with this title. */
  times?: [number, string];
}

export interface Scenario {
  title: string;
  workers: number;
  /** Characters of each of the four coordinators' summaries. */
  summary: number;
  domains?: typeof DOMAINS;
  /** Takes long and the whole machine: measured only if its title is named. */
  isOptional?: boolean;
  way(runs: string): Way;
  bounds?: Bounds;
}

/** Under 300 words, as coordinators are told. */
const FULL = 1800;
/** 60 words. */
const SHORT = 360;
const BASE = 'workflow, 30 workers';

export const SCENARIOS: readonly Scenario[] = [
  mine(BASE, 'workflow', 30, FULL, { tokens: 3300, besides: 1500, turns: 7 }),
  mine('workflow, 30 workers, summaries of 60 words', 'workflow', 30, SHORT, { tokens: 1860 }),
  mine('workflow, 120 workers', 'workflow', 120, FULL, { times: [1.03, BASE] }),
  mine('workflow, 300 workers', 'workflow', 300, FULL, { times: [1.03, BASE] }),
  // With 144 coordinators nearly the 1,000 agents that the client lets one script start.
  { ...mine('workflow, 840 workers', 'workflow', 840, FULL, { times: [1.05, BASE] }), isOptional: true },
  // A second script starts the coordinators.
  { ...mine('workflow, 1,000 workers', 'workflow', 1000, FULL, { times: [1.25, BASE] }), isOptional: true },
  {
    title: 'workflow, 30 workers written out one by one',
    workers: 30,
    summary: FULL,
    way: () => ours('workers written out', FULL, { driver: 'workflow', writtenOut: 30 }),
    bounds: { tokens: 4600 },
  },
  {
    title: "workflow, 30 workers, in the client's auto mode",
    workers: 30,
    summary: FULL,
    way: () => ({ ...ours('auto mode', FULL, { driver: 'workflow' }), mode: 'auto' }),
    bounds: { times: [1.1, BASE] },
  },
  ...[30, 300].map((workers) => ({
    title: `plan shown, ${workers} workers in 5 domains`,
    workers,
    summary: 0,
    domains: FIVE_DOMAINS,
    way: () => showPlan('plan shown'),
    bounds: { shown: workers === 30 ? 240 : 700 },
  })),
  mine('tiered, 30 workers', 'tiered', 30, FULL, { tokens: 4000 }),
  faulty('workflow', 30, 'under faults', { tokens: 1.5 * 3300, besides: 1.5 * 1500, turns: 1.5 * 8 }),
  faulty('workflow', 120, 'under faults', { times: [1.725, BASE], turns: 1.5 * 8 }),
  faulty('workflow', 300, 'under faults', { times: [1.725, BASE], turns: 1.5 * 8 }),
  faulty('tiered', 30, 'under faults', { tokens: 1.5 * 6000 }),
  faulty('workflow', 30, 'one of them never answered', { tokens: 1.5 * 3300, turns: 1.5 * 8 }),
  mine('agent, 30 workers', 'agent', 30, FULL),
  ...[30, 120, 300].map((workers) => ({
    title: `native Workflow, script written inline, ${workers} workers`,
    workers,
    summary: FULL,
    way: (runs: string) => inline(FULL, workers, runs),
  })),
  {
    title: 'the published procedure, 30 workers',
    workers: 30,
    summary: FULL,
    way: (runs) => published(FULL, 30, runs),
  },
  { title: 'flat, 30 workers', workers: 30, summary: 0, way: () => flat(30) },
  ...[true, false].map((background) => ({
    title: `flat, 30 workers in the ${background ? 'background' : 'foreground'}, stopped by the guard`,
    workers: 30,
    summary: 0,
    way: () => flat(30, { background, guarded: true }),
    bounds: { tokens: 4000 },
  })),
];

function mine(title: string, driver: string, workers: number, summary: number, bounds?: Bounds): Scenario {
  return {
    title,
    workers,
    summary,
    way: () => ours(title, summary, { driver }),
    ...(bounds ? { bounds } : {}),
  };
}

/** One and a half times what holds without them. */
function faulty(
  driver: string,
  workers: number,
  how: 'under faults' | 'one of them never answered',
  bounds: Bounds,
): Scenario {
  const title = `${driver}, ${workers} workers, ${how}`;
  const faults = how === 'under faults' ? 'all' : 'silence';
  return { title, workers, summary: FULL, way: () => ours(title, FULL, { driver, faults }), bounds };
}
