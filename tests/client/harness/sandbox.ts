import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONFIG_VARIABLE } from '../../harness/state-folder.ts';

/** The folders that one client lives in; nothing of the real user's is read or written. */
export interface Sandbox {
  root: string;
  home: string;
  config: string;
  /** The client's working directory. */
  project: string;
  tmp: string;
  remove: () => Promise<void>;
}

export async function createSandbox(): Promise<Sandbox> {
  // A short path: the client opens a unix socket below TMPDIR, and such a path has at most 108 bytes.
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sao-')));
  const [home, project, tmp] = ['home', 'project', 'tmp'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const config = join(home, '.claude');
  for (const folder of [config, project, tmp]) await mkdir(folder, { recursive: true });
  // A client that was just killed may still be writing its last file, hence the retries.
  const remove = () => rm(root, { recursive: true, force: true, maxRetries: 5 });
  return { root, home, config, project, tmp, remove };
}

/** Names the folder of the user's configuration, which HOME does not move. */
export function configVariable({ home }: Pick<Sandbox, 'home'>): Record<string, string> {
  return { [CONFIG_VARIABLE]: join(home, '.config', 'sao') };
}

/** Builds the client's whole environment: only `PATH` is inherited, so no credential or setting can leak in. */
export function clientEnv(sandbox: Sandbox, apiUrl: string, extra: Record<string, string> = {}) {
  return {
    PATH: process.env.PATH ?? '',
    HOME: sandbox.home,
    ...configVariable(sandbox),
    CLAUDE_CONFIG_DIR: sandbox.config,
    TMPDIR: sandbox.tmp,
    ANTHROPIC_BASE_URL: apiUrl,
    ANTHROPIC_API_KEY: 'dummy',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // By itself the client tries a 429 ten times over three minutes.
    CLAUDE_CODE_MAX_RETRIES: '0',
    // Without it root may not pass --dangerously-skip-permissions.
    IS_SANDBOX: '1',
    ...extra,
  };
}
