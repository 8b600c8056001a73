import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The search for a parent session ends at the test's own process: tests give the same answer inside and outside of a session.
  define: { SAO_TOP_PID: 'process.pid' },
  test: {
    include: ['tests/{unit,integration,docs,hazards}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for processes that they have started: three at once also on a machine of two cores, where the default is one.
    maxWorkers: 3,
  },
});
