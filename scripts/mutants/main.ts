import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { applyMutant } from './apply.ts';
import { MUTANTS, type Mutant } from './table.ts';

// Usage: npm run test:mutants [-- --write] [-- NAME …]. Exits with 1 if a mutant survives.

const PAGE = 'docs/testing.md';
const MARKS = ['<!-- mutants -->', '<!-- /mutants -->'] as const;

interface Outcome {
  mutant: Mutant;
  isKilled: boolean;
  seconds: number;
}

function runMutant(mutant: Mutant): Outcome {
  applyMutant(readFileSync(mutant.file, 'utf8'), mutant);
  const start = Date.now();
  const args = ['vitest', 'run', '--config', 'vitest.mutants.config.ts', '--reporter=json', ...mutant.tests];
  const { stdout } = spawnSync('npx', args, {
    encoding: 'utf8',
    env: { ...process.env, SAO_MUTANT: mutant.name },
    maxBuffer: 2 ** 26,
  });
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as {
    numFailedTests: number;
    numTotalTests: number;
  };
  // Tests that did not start prove nothing: only a failed test kills a mutant.
  if (report.numTotalTests === 0)
    throw new Error(`mutant "${mutant.name}": no test ran in ${mutant.tests.join(', ')}`);
  return { mutant, isKilled: report.numFailedTests > 0, seconds: (Date.now() - start) / 1000 };
}

function renderTable(outcomes: readonly Outcome[]): string {
  const killed = outcomes.filter(({ isKilled }) => isKilled).length;
  return [
    `${killed} of ${outcomes.length} mutants killed.`,
    '',
    '| broken version | file | killed by |',
    '| --- | --- | --- |',
    ...outcomes.map(
      ({ mutant: { name, file, tests }, isKilled }) =>
        `| ${name} | \`${file}\` | ${isKilled ? tests.map((path) => `\`${path}\``).join(', ') : '**survives**'} |`,
    ),
  ].join('\n');
}

function writePage(table: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before = '', rest = ''] = page.split(MARKS[0]);
  const after = rest.split(MARKS[1])[1] ?? '';
  writeFileSync(PAGE, `${before}${MARKS[0]}\n${table}\n${MARKS[1]}${after}`);
}

const words = process.argv.slice(2);
const names = words.filter((word) => word !== '--write');
const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
const outcomes: Outcome[] = [];
for (const mutant of chosen) {
  const outcome = runMutant(mutant);
  outcomes.push(outcome);
  console.log(
    `${outcome.isKilled ? 'killed  ' : 'SURVIVES'} ${outcome.seconds.toFixed(1)} s  ${mutant.name}`,
  );
}
if (words.includes('--write')) writePage(renderTable(outcomes));
const survivors = outcomes.filter(({ isKilled }) => !isKilled).length;
console.log(`${outcomes.length - survivors} of ${outcomes.length} mutants killed`);
process.exitCode = survivors === 0 ? 0 : 1;
