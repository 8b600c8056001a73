import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withoutQuestions } from '../../../src/run/sandbox/user-ssh.io.ts';
import { callGit } from '../../../src/system/git/call.io.ts';
import { setGitGuardian } from '../../../src/system/git/guard.ts';
import { confineGit } from '../../harness/git-sandbox.ts';
import { makeScratch } from '../../harness/scratch.ts';

afterEach(() => setGitGuardian(undefined));

/** A repository with a remote on another machine, and two programs that say that they were started as ssh. */
function setUp() {
  const folder = makeScratch();
  const [home, project] = [join(folder, 'home'), join(folder, 'project')];
  for (const path of [home, project]) mkdirSync(path);
  const program = (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho "$@" > ${path}.ran\nexit 1\n`, { mode: 0o755 });
    return path;
  };
  const [own, repository] = [program('own'), program('repository')];
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', join(home, '.config'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, env: { ...process.env } });
  git('init', '-q');
  git('remote', 'add', 'origin', 'ssh://acme.test/x.git');
  git('config', 'core.sshCommand', repository);
  return { project, git, own, repository };
}

describe.each(['on', 'off'])('the ssh command of the user, sandbox %s', (sandbox) => {
  it('is started for a remote, and that of the repository or of a variable is not', async () => {
    const { project, git, own, repository } = setUp();
    git('config', '--global', 'core.sshCommand', `${own} -i key`);
    vi.stubEnv('GIT_SSH_COMMAND', repository);
    mkdirSync(join(project, '.orchestration'));
    writeFileSync(join(project, '.orchestration', 'config.json'), JSON.stringify({ sandbox }));
    confineGit();
    expect((await callGit(project, ['ls-remote', 'origin'])).code).not.toBe(0);
    expect(readFileSync(`${own}.ran`, 'utf8')).toContain('-i key');
    expect(existsSync(`${repository}.ran`)).toBe(false);
  });
});

it('ssh asks no question, and another program is started as it is', () => {
  expect(withoutQuestions('/usr/bin/ssh -i "~/my key"')).toBe('/usr/bin/ssh -i "~/my key" -oBatchMode=yes');
  expect(withoutQuestions('plink -i key')).toBe('plink -i key');
});
