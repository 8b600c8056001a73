import type { Action } from './action.ts';

/** Formats an action as a few short lines for a model's context. */
export function renderAction(action: Action): string {
  const wave = action.wave === undefined || action.action === 'workflow' ? '' : ` (wave ${action.wave})`;
  const lines = [`${action.action}${wave}${action.message ? `: ${action.message}` : ''}`];
  if (action.scriptPath) lines.push(`scriptPath: ${action.scriptPath}`);
  if (action.command) lines.push(`$ ${action.command}`);
  lines.push(...(action.shown ?? []));
  for (const { id, prompt } of action.agents ?? []) lines.push(`- ${id}: ${JSON.stringify(prompt)}`);
  for (const { id, output } of action.files ?? []) lines.push(`- ${output} (${id})`);
  return lines.join('\n');
}
