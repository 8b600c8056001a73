import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured } from './count.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { perform, withStage } from './stage.ts';
import { renderTable } from './table.ts';

const PAGE = 'docs/benchmarks.md';
const MARKS = /<!-- bench-context -->[\s\S]*<!-- \/bench-context -->/;

// `npm run bench:context [-- --write] [words of a scenario…]`
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const chosen = SCENARIOS.filter(({ title }) => words.every((word) => title.includes(word)));
const measured: [Scenario, Measured][] = [];
for (const scenario of chosen) {
  const { workers, summary } = scenario;
  const result = await withStage(workers, (stage) =>
    perform(scenario.way(stage.runs), { workers, summaries: 4 * summary }, stage),
  );
  console.error(`${scenario.title}: ${result.tokens} tokens ${JSON.stringify(result.parts)}`);
  measured.push([scenario, result]);
}
const { table, holds } = renderTable(measured);
console.log(table);
if (process.argv.includes('--write')) {
  const block = `<!-- bench-context -->\n${table}\n<!-- /bench-context -->`;
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(MARKS, () => block),
  );
}
process.exitCode = holds ? 0 : 1;
