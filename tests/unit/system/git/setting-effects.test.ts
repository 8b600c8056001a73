import { describe, expect, it } from 'vitest';
import { effectOfSetting, startsInUsersGit } from '../../../../src/system/git/setting-effects.ts';

describe('what a setting of a repository changes', () => {
  it.each([
    ['core.hookspath', 'program'],
    ['core.fsmonitor', 'program'],
    ['core.sshcommand', 'program'],
    ['filter.a.b.clean', 'program'],
    ['filter.lfs.process', 'program'],
    ['diff.external', 'program'],
    ['diff.image.textconv', 'program'],
    ['merge.ours.driver', 'program'],
    ['credential.helper', 'program'],
    ['credential.https://example.com.helper', 'program'],
    ['gpg.ssh.program', 'program'],
    ['alias.st', 'program'],
    ['pager.log', 'program'],
    ['include.path', 'program'],
    ['includeif.gitdir:/x/.path', 'program'],
    ['remote.origin.uploadpack', 'program'],
    ['submodule.lib.update', 'program'],
    ['remote.origin.url', 'remote'],
    ['remote.origin.pushurl', 'remote'],
    ['url.ext::sh.insteadof', 'remote'],
    ['branch.main.remote', 'remote'],
    ['core.bare', 'view'],
    ['core.worktree', 'view'],
    ['core.excludesfile', 'view'],
    ['status.showuntrackedfiles', 'view'],
    ['diff.ignoresubmodules', 'view'],
    ['submodule.lib.ignore', 'view'],
    ['branch.main.description', undefined],
    ['user.name', undefined],
    ['gc.auto', undefined],
  ])('%s: %s', (key, effect) => {
    expect(effectOfSetting(key)).toBe(effect);
  });
});

it.each([
  ['core.fsmonitor', 'evil', true],
  ['core.fsmonitor', 'true', false],
  ['core.fsmonitor', '', false],
  ['core.sshcommand', 'ssh -i key', true],
  ['credential.helper', 'store', true],
  ['filter.lfs.process', 'git-lfs filter-process', false],
  ['filter.evil.clean', 'cat', true],
  ['diff.x.textconv', 'cat', true],
  ['remote.origin.promisor', 'true', false],
  ['remote.origin.uploadpack', 'evil', true],
  ['protocol.version', '2', false],
  ['alias.st', '!evil', false],
  ['core.hookspath', '.husky/_', false],
])('in a nested repository the user starts a program by %s = %s: %s', (key, value, expected) => {
  expect(startsInUsersGit(key, value)).toBe(expected);
});
