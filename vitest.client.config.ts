import { defineConfig } from 'vitest/config';

// The real client is a process of 230 MB for each test, which mostly waits: three at once also on a machine of two cores.
export default defineConfig({
  // The search for a parent session ends at the test's own process: tests give the same answer inside and outside of a session.
  define: { SAO_TOP_PID: 'process.pid' },
  test: {
    include: ['tests/client/*.test.ts', 'tests/client/native/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
  },
});
