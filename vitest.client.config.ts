import { defineConfig } from 'vitest/config';

// The real client starts a process of 230 MB for each test: one file at a time on a machine of two cores.
export default defineConfig({
  test: {
    include: ['tests/client/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
