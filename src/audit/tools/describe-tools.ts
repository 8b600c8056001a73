import type { ListedTool, ToolState } from './select-tools.ts';

const STATES: Record<ToolState, string> = {
  ready: 'runs',
  missing: 'not installed',
  'needs-consent': 'needs --project-code',
  'nothing-to-examine': 'nothing to examine',
};

/** Formats the list of tools for a terminal. */
export function renderTools(tools: readonly ListedTool[]): string {
  const rows = tools.map(({ id, state, version, finds }) => [id, STATES[state], version ?? '-', finds]);
  const head = ['tool', 'here', 'version', 'finds'];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => cell.padEnd(i === 3 ? 0 : (widths[i] ?? 0))).join('  ');
  const missing = tools
    .filter(({ state }) => state === 'missing')
    .map(({ id, install }) => `  ${id}: ${install}`);
  const refused = tools.filter(({ state }) => state === 'needs-consent').map(({ id }) => id);
  return [
    line(head),
    ...rows.map(line),
    ...(refused.length === 0
      ? []
      : [
          '',
          `${refused.join(' and ')} would run code of this project (its configuration and plugins): allow it with --project-code.`,
        ]),
    ...(missing.length === 0 ? [] : ['', 'To install:', ...missing]),
  ].join('\n');
}
