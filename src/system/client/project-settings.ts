/** The file with the servers that the client starts in a project. */
export const CLIENT_SERVERS = '.mcp.json';
/** The folder with what else the client reads and starts in a project: settings, hooks, commands, agents, skills, workflows. */
export const CLIENT_FOLDER = '.claude';
/** What the client itself keeps in that folder while it works. */
export const CLIENT_STATE_FOLDERS: readonly string[] = ['worktrees', 'agent-memory', 'agent-memory-local'];

const SETTING =
  /(?:^|\/)(?:\.mcp\.json|\.claude(?:\/(?!(?:worktrees|agent-memory|agent-memory-local)(?:\/|$)).*)?)$/is;

/** Whether a path with `/`, relative to a checkout, is a setting of the client, in any folder: what the client reads there can start programs. Pure. */
export function isClientSetting(path: string): boolean {
  return SETTING.test(path);
}

/** Whether one of these write globs names the client's settings; a glob such as `**` does not. Pure. */
export function namesClientSettings(globs: readonly string[]): boolean {
  return globs.some(
    (glob) => /(?:^|\/)(?:\.claude(?:\/|$)|\.mcp\.json$)/.test(glob) && !glob.startsWith('!'),
  );
}
