import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../src/run/ledger/manifest.ts';

/** The text of plan.json as it was when a build's plan had only these agents: an extension adds agents, waves and domains at the end. */
export function earlierPlan(text: string, has: (id: string) => boolean): string {
  const whole = JSON.parse(text) as Plan;
  const agents = whole.agents.filter(({ id }) => has(id));
  const waves = whole.waves.map((wave) => wave.filter(has)).filter(({ length }) => length > 0);
  const domains = whole.domains.filter(({ id }) => agents.some(({ domain }) => domain === id));
  return `${JSON.stringify({ ...whole, domains, agents, waves })}\n`;
}

/** Writes such a plan, or removes the file if the plan had no agent yet. */
export function writeEarlierPlan(dir: string, text: string): void {
  const path = join(dir, 'plan.json');
  const { agents } = JSON.parse(text) as Plan;
  if (agents.length === 0) rmSync(path, { force: true });
  else writeFileSync(path, text);
}
