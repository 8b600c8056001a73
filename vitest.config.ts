import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/{unit,integration,e2e,docs,hazards}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most tests wait for processes that they have started: three at once also on a machine of two cores, where the default is one.
    maxWorkers: 3,
  },
});
