import { type AgentsCost, costOfRun, formatSpent } from '../run/cost/amounts.ts';
import { type Snapshot, type Standing, standingOf } from '../run/dispatch/standing.ts';
import type { Plan } from '../run/ledger/manifest.ts';

export interface Progress extends AgentsCost {
  /** The first wave that is not settled, from 1; the last one at the end. */
  wave: number;
  waves: number;
  done: number;
  gaps: number;
  /** Neither done nor given up. */
  open: number;
}

export function countProgress(snapshot: Snapshot, plan: Plan): Progress {
  const all = plan.agents.map((agent) => ({ wave: agent.wave, standing: standingOf(snapshot, agent) }));
  const count = (standing: Standing) => all.filter((entry) => entry.standing === standing).length;
  const [done, gaps] = [count('done'), count('gap')];
  const waves = Math.max(0, ...all.map(({ wave }) => wave));
  const unsettled = all.filter(({ standing }) => standing !== 'done' && standing !== 'gap');
  return {
    wave: Math.min(waves, ...unsettled.map(({ wave }) => wave)),
    waves,
    done,
    gaps,
    open: unsettled.length,
    ...costOfRun(snapshot.state),
  };
}

/** `wave 2/5 · 8 running · 12 done · 1 failed · 01:23 · $0.42` */
export function renderProgress(progress: Progress, running: number, elapsedMs: number): string {
  const { wave, waves, done, gaps } = progress;
  return [
    `wave ${wave}/${waves}`,
    `${running} running`,
    `${done} done`,
    `${gaps} failed`,
    renderTime(elapsedMs),
    formatSpent(progress),
  ].join(' · ');
}

/** `01:23`, `1:02:03` */
export function renderTime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
