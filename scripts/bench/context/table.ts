import type { Measured } from './count.ts';
import type { Bounds, Scenario } from './scenarios.ts';

export const HEAD = [
  '| way | tokens in the parent | besides the summaries | parent turns | agents refused | bound | holds |',
  '| --- | ---: | ---: | ---: | ---: | --- | --- |',
];

/** Formats the measurements as table rows, and returns whether every bound holds. */
export function renderRows(measured: readonly [Scenario, Measured][]): { lines: string[]; holds: boolean } {
  const byTitle = new Map(measured.map(([{ title }, result]) => [title, result]));
  const rows = measured.map(([scenario, result]) => ({
    scenario,
    result,
    faults: faultsOf(result, scenario.bounds ?? {}, byTitle),
  }));
  const lines = rows.map(
    ({ scenario, result, faults }) =>
      `| ${scenario.title} | ${scenario.bounds?.shown === undefined ? result.tokens : `${result.tokens}, ${result.shown} of them to show it`} | ${result.besides} | ${result.turns} | ${result.refused} | ${sayBounds(scenario.bounds)} | ${scenario.bounds ? faults.join(', ') || 'yes' : ''} |`,
  );
  return { lines, holds: rows.every(({ faults }) => faults.length === 0) };
}

function faultsOf(result: Measured, bounds: Bounds, others: ReadonlyMap<string, Measured>): string[] {
  const { tokens, besides, turns, shown, times } = bounds;
  const [factor = 1, title = ''] = times ?? [];
  const base = others.get(title);
  return [
    ...(tokens !== undefined && result.tokens > tokens ? ['NO: tokens'] : []),
    ...(besides !== undefined && result.besides > besides ? ['NO: besides'] : []),
    ...(turns !== undefined && result.turns > turns ? ['NO: turns'] : []),
    ...(shown !== undefined && result.shown > shown ? ['NO: showing'] : []),
    ...(times !== undefined && !(base && result.tokens <= factor * base.tokens) ? ['NO: growth'] : []),
    ...(Object.keys(bounds).length > 0 && result.refused > 0 ? ['NO: refused'] : []),
    ...(result.again > 0 ? ['NO: done agents ran again'] : []),
  ];
}

function sayBounds({ tokens, besides, turns, shown, times }: Bounds = {}): string {
  return [
    ...(tokens === undefined ? [] : [`≤ ${tokens}`]),
    ...(besides === undefined ? [] : [`besides ≤ ${besides}`]),
    ...(turns === undefined ? [] : [`turns ≤ ${turns}`]),
    ...(shown === undefined ? [] : [`showing ≤ ${shown}`]),
    ...(times === undefined ? [] : [`≤ ${times[0]} × 30 workers`]),
  ].join(', ');
}
