import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { applyMutant, readMutant } from './scripts/mutants/apply.ts';
import { CONFIG_VARIABLE, STATE_FOLDER } from './tests/harness/state-folder.ts';

// Runs the tests on a source with one mutant: `SAO_MUTANT` is its name in scripts/mutants/table.ts.
const mutant = readMutant(process.env.SAO_MUTANT);

export default defineConfig({
  // The search for a parent session ends at the test's own process: tests give the same answer inside and outside of a session.
  define: {
    SAO_TOP_PID: 'process.pid',
    SAO_STATE_FOLDER: JSON.stringify(STATE_FOLDER),
    SAO_CONFIG_VARIABLE: JSON.stringify(CONFIG_VARIABLE),
  },
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform(code, id) {
        return relative(process.cwd(), id) === mutant.file ? applyMutant(code, mutant) : undefined;
      },
    },
  ],
  test: {
    // Sources in a test's process read no configuration of the real user.
    env: { [CONFIG_VARIABLE]: `${STATE_FOLDER}/no-configuration` },
    include: ['tests/unit/**/*.test.ts', 'tests/integration/**/*.test.ts'],
    bail: 1,
    maxWorkers: 1,
    testTimeout: 20_000,
  },
});
