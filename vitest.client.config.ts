import { defineConfig } from 'vitest/config';
import versions from './tests/client/versions.json' with { type: 'json' };
import { CONFIG_VARIABLE, STATE_FOLDER } from './tests/harness/state-folder.ts';

// The newest version of the client, or with SAO_CLIENT_VERSIONS=all each one in the table.
const chosen = process.env.SAO_CLIENT_VERSIONS === 'all' ? versions : versions.slice(-1);

// Workers start without the marks of a session or an agent that runs the tests; in the environment of this process, the search does not look.
for (const name of ['CLAUDECODE', 'CLAUDE_CODE_SESSION_ID', 'SAO_AGENT_ID', 'SAO_MARK', 'SAO_APPROVAL'])
  delete process.env[name];

// The real client is a process of 230 MB for each test, which mostly waits: three at once also on a machine of two cores.
export default defineConfig({
  // The search for a parent session ends at the test's own process: tests give the same answer inside and outside of a session.
  define: {
    SAO_TOP_PID: 'process.pid',
    SAO_STATE_FOLDER: JSON.stringify(STATE_FOLDER),
    SAO_CONFIG_VARIABLE: JSON.stringify(CONFIG_VARIABLE),
  },
  test: {
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    projects: chosen.map((version) => ({
      extends: true,
      test: {
        name: `client ${version}`,
        include: ['tests/client/*.test.ts', 'tests/client/native/*.test.ts'],
        env: { SAO_CLIENT_VERSION: version },
        globalSetup: 'tests/client/harness/install.ts',
      },
    })),
  },
});
