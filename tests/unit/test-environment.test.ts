import { afterEach, describe, expect, it, vi } from 'vitest';

const MARKS = ['CLAUDECODE', 'CLAUDE_CODE_SESSION_ID', 'SAO_AGENT_ID', 'SAO_MARK', 'SAO_APPROVAL'];

describe('tests that a session or an agent starts', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['../../vitest.config.ts', '../../vitest.client.config.ts'])(
    'run as in a shell: the workers of %s have no mark of either',
    async (path) => {
      for (const name of MARKS) vi.stubEnv(name, 'x');
      await import(path);
      expect(MARKS.filter((name) => process.env[name] !== undefined)).toEqual([]);
    },
  );
});
