import type { Action } from './action.ts';
import { dispatchPrompt } from './reference.ts';

/** The prompts of the Agent calls: one for all, since a conversation pays for each again when it makes the calls. */
function renderCalls({ run, agents = [] }: Action): string[] {
  const [first, ...others] = agents;
  if (!first) return [];
  if (others.length === 0) return [`- ${first.id}: ${JSON.stringify(first.prompt)}`];
  return [dispatchPrompt(run, 'ID'), `IDs: ${agents.map(({ id }) => id).join(', ')}`];
}

/** Formats an action as a few short lines for a model's context. */
export function renderAction(action: Action): string {
  const wave = action.wave === undefined || action.action === 'workflow' ? '' : ` (wave ${action.wave})`;
  const lines = [`${action.action}${wave}${action.message ? `: ${action.message}` : ''}`];
  if (action.scriptPath) lines.push(`scriptPath: ${action.scriptPath}`);
  if (action.command) lines.push(`$ ${action.command}`);
  lines.push(...(action.shown ?? []));
  lines.push(...renderCalls(action));
  for (const { id, output } of action.files ?? []) lines.push(`- ${output} (${id})`);
  return lines.join('\n');
}
