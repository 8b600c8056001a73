import { callGit } from './call.io.ts';
import { addGitSetting } from './worktree-variables.io.ts';

/** Whether the user's or the repository's configuration has git sign each commit in this folder. */
export async function signsCommits(directory: string): Promise<boolean> {
  const args = ['config', '--type=bool', '--show-scope', '--get-all', 'commit.gpgSign'];
  const { stdout } = await callGit(directory, args);
  // The engine's own calls sign nothing.
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('command\t'));
  return lines.at(-1)?.endsWith('\ttrue') === true;
}

/** The environment with the settings of git that sign neither commits nor tags. */
export function withoutSigning(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const commits = addGitSetting(env, 'commit.gpgSign', 'false');
  return { ...env, ...commits, ...addGitSetting(commits, 'tag.gpgSign', 'false') };
}
