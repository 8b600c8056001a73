import type { Driver } from '../run/manifest.ts';
import type { SessionDriver } from './next.ts';

/**
 * How a session carries a run out: what the user chose for this run, else what the run was made with, else the cheapest for
 * the parent. Outside of a session nobody can call the Workflow tool, so `sao next` names the agents one by one.
 */
export function chooseDriver(chosen: Driver | null | undefined, isSession: boolean): SessionDriver {
  if (chosen === 'agent' || chosen === 'workflow') return chosen;
  return isSession ? 'workflow' : 'agent';
}
