import { dirname, join } from 'node:path';
import type { PlannedAgent } from '../../run/ledger/manifest.ts';
import { namesClientSettings } from '../../system/client/project-settings.ts';
import { homeOfUser } from '../../system/user-home.io.ts';
import type { HookInput } from './protocol.ts';
import { isInside, realPathOf } from './real-path.io.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Settings that the machine's administrator gives to the client. */
const MANAGED = ['/etc/claude-code', '/Library/Application Support/ClaudeCode'];
const SETTINGS = /(?:^|\/)\.claude\/(?:settings[^/]*\.json|hooks(?:\/.*)?)$/i;
const SETTINGS_NAME = /^(?:settings[^/]*\.json|hooks)$/i;

/**
 * Returns a test whether a path, as it was given or without links, is one of the client's settings files or hook scripts, of the project or of the user: they decide which
 * hooks run. A folder with such files counts too, because another one could be put in its place.
 */
export function openSettingsTest({ cwd }: Pick<HookInput, 'cwd'>, env: Env): (path: string) => boolean {
  // The client reads the folder that HOME names, which a container or a settings file may set.
  const owners = [cwd, env.CLAUDE_PROJECT_DIR, homeOfUser(), env.HOME].filter((each) => each !== undefined);
  const given = owners.map((owner) => join(owner, '.claude'));
  if (env.CLAUDE_CONFIG_DIR) given.push(env.CLAUDE_CONFIG_DIR);
  const folders = [...given, ...given.map(realPathOf)];
  const managed = MANAGED.map(realPathOf);
  // Each of them may be a link.
  const files = folders.flatMap((folder) =>
    ['settings.json', 'settings.local.json', 'hooks'].map((name) => realPathOf(join(folder, name))),
  );
  return (path) =>
    SETTINGS.test(path) ||
    [...files, ...managed].some((place) => path === place || isInside(path, place)) ||
    folders.some((folder) => path === folder || isSettingIn(folder, path));
}

function isSettingIn(folder: string, path: string): boolean {
  return dirname(path) === folder && SETTINGS_NAME.test(path.slice(folder.length + 1));
}

/** Whether a human has approved that this agent writes to the client's folder in its own worktree. */
export function mayWriteSettings({ tree, writes = [] }: PlannedAgent, path: string): boolean {
  return tree !== undefined && namesClientSettings(writes) && isInside(path, realPathOf(tree));
}
