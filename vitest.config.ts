import { defineConfig } from 'vitest/config';
import { CONFIG_VARIABLE, STATE_FOLDER } from './tests/harness/state-folder.ts';

/** Whole builds, from a description to a merged branch: `npm run test:builds`. */
const BUILDS = [
  'tests/integration/teams/two-machines.test.ts',
  'tests/integration/pipeline/{build,hardening,durable-build,lost-prompts}*.test.ts',
  'tests/hazards/{killed-build,interrupted-build,killed-adoption,damaged-trees,steps-without-progress}.test.ts',
];

// Workers start without the marks of a session or an agent that runs the tests; in the environment of this process, the search does not look.
for (const name of ['CLAUDECODE', 'CLAUDE_CODE_SESSION_ID', 'SAO_AGENT_ID', 'SAO_MARK', 'SAO_APPROVAL'])
  delete process.env[name];

export default defineConfig({
  // The search for a parent session ends at the test's own process: tests give the same answer inside and outside of a session.
  define: {
    SAO_TOP_PID: 'process.pid',
    SAO_STATE_FOLDER: JSON.stringify(STATE_FOLDER),
    SAO_CONFIG_VARIABLE: JSON.stringify(CONFIG_VARIABLE),
  },
  test: {
    // Sources in a test's process read no configuration of the real user.
    env: { [CONFIG_VARIABLE]: `${STATE_FOLDER}/no-configuration` },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for processes that they have started: four at once also on a machine of two cores, where the default is one.
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        // No module keeps state between calls, so test files share a worker's modules: loading zod and the sources once per file takes half of
        // the CPU time of the decisions, and 50 s of the effects'.
        test: { name: 'decisions', include: ['tests/{unit,docs}/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'effects',
          isolate: false,
          include: ['tests/{integration,hazards}/**/*.test.ts'],
          exclude: BUILDS,
          globalSetup: 'tests/harness/build-once.ts',
        },
      },
      {
        extends: true,
        test: { name: 'builds', isolate: false, include: BUILDS, globalSetup: 'tests/harness/build-once.ts' },
      },
      {
        extends: true,
        // Each file has a user, a plugin and clients of its own.
        test: {
          name: 'redteam',
          include: ['tests/redteam/*.test.ts'],
          globalSetup: 'tests/redteam/install.ts',
          maxWorkers: 2,
          testTimeout: 600_000,
        },
      },
    ],
  },
});
