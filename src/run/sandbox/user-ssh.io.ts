import { runPlainGit } from '../../system/git/call.io.ts';

/**
 * The environment with which git reaches a remote by the ssh command that the user's own configuration names (`core.sshCommand`, global or of the
 * machine), such as one with another key. That of a repository and the variable GIT_SSH_COMMAND do not count: agents and models choose them. Empty
 * without one.
 */
export async function readUserSsh(directory: string): Promise<Readonly<Record<string, string>>> {
  for (const scope of ['--global', '--system']) {
    const list = ['config', scope, '--includes', '--get', 'core.sshCommand'];
    const { code, stdout } = await runPlainGit(directory, list);
    const command = stdout.trim();
    if (code === 0 && command !== '') return { GIT_SSH_COMMAND: withoutQuestions(command) };
  }
  return {};
}

/** Keeps ssh from asking for a passphrase; of another program nothing is known. Pure. */
export function withoutQuestions(command: string): string {
  const [program = ''] = command.split(/\s/);
  return /(?:^|\/)ssh$/.test(program) ? `${command} -oBatchMode=yes` : command;
}
