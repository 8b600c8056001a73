import { rmSync } from 'node:fs';
import { buildPlugin } from '../../../tests/client/harness/install.ts';
import { keepTable } from '../page.ts';
import type { Measured } from './count.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { perform, withStage } from './stage.ts';
import { HEAD, renderRows } from './table.ts';

// `npm run bench:context [-- --write] [words of a scenario…]`
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const named = SCENARIOS.filter(({ title, isOptional }) =>
  words.length > 0 ? words.every((word) => title.includes(word)) : isOptional !== true,
);
// A scenario whose bound is relative to another one is measured with it.
const bases = new Set(named.flatMap(({ bounds }) => bounds?.times?.[1] ?? []));
const chosen = SCENARIOS.filter((scenario) => named.includes(scenario) || bases.has(scenario.title));
const measured: [Scenario, Measured][] = [];
// The committed plugin reads the configuration of the real user.
const plugin = buildPlugin();
for (const scenario of chosen) {
  const { workers, summary } = scenario;
  const result = await withStage({ ...scenario, plugin }, (stage) =>
    perform(scenario.way(stage.runs), { workers, summaries: 4 * summary }, stage),
  );
  console.error(`${scenario.title}: ${result.tokens} tokens ${JSON.stringify(result.parts)}`);
  measured.push([scenario, result]);
}
rmSync(plugin, { recursive: true, force: true });
const { lines, holds } = renderRows(measured);
console.log([...HEAD, ...lines].join('\n'));
if (process.argv.includes('--write'))
  keepTable({ mark: 'bench-context', head: HEAD, rows: lines }, words.length === 0);
process.exitCode = holds ? 0 : 1;
