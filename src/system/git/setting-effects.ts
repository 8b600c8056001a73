/**
 * What a setting of a repository changes. `program`: git starts a program that it names. `view`: which files and differences git shows.
 * `remote`: where git fetches and pushes.
 */
export type SettingEffect = 'program' | 'view' | 'remote';

/** Keys in the form that git lists: section and name in lower case. The first pattern that matches applies. */
const EFFECTS: readonly [SettingEffect, RegExp][] = [
  [
    'program',
    /^core\.(?:hookspath|fsmonitor|sshcommand|gitproxy|pager|editor|askpass|alternaterefscommand)$/,
  ],
  ['program', /^(?:alias|pager|hook|trailer|browser|man|guitool|sendemail|instaweb|imap|tar)\./],
  ['program', /^(?:filter|lfs\.extension)\..+\.(?:clean|smudge|process|required)$/],
  ['program', /^diff\.(?:external|(?:.+\.)?(?:command|textconv))$/],
  ['program', /^merge\..+\.(?:driver|recursive)$/],
  ['program', /^(?:mergetool|difftool)\..+\.(?:cmd|path)$/],
  ['program', /^credential\.(?:.+\.)?helper$/],
  ['program', /^gpg\.(?:.+\.)?(?:program|defaultkeycommand)$/],
  ['program', /^(?:sequence\.editor|interactive\.difffilter|init\.templatedir|web\.browser)$/],
  ['program', /^(?:uploadpack\.packobjectshook|gc\.recentobjectshook|lfs\.customtransfer\..+)$/],
  ['program', /^(?:remote\..+\.(?:uploadpack|receivepack|vcs)|submodule\..+\.update|protocol\..+)$/],
  // An included file may hold any of these.
  ['program', /^include(?:if\..+)?\.path$/],
  ['remote', /^(?:remote|url|push|http)\.|^branch\..+\.(?:remote|merge|pushremote)$/],
  ['remote', /^submodule\..+\.url$/],
  ['view', /^(?:core|status|diff|log|extensions|transfer|index|feature|submodule|merge)\./],
];

/** What a setting changes; undefined if it is none of these. Pure. */
export function effectOfSetting(key: string): SettingEffect | undefined {
  return EFFECTS.find(([, pattern]) => pattern.test(key))?.[0];
}

/** Whether git itself writes the setting when a submodule is checked out in a worktree. Pure. */
export function isSubmoduleRecord(key: string): boolean {
  return /^submodule\..+\.(?:url|active)$/.test(key);
}

/**
 * Settings of a nested repository with which git starts a program when a command in the repository around it enters that one: filters and drivers,
 * and what fetches missing objects. Hooks and a monitor are turned off for nested repositories, too, by the settings of every call.
 */
const ON_ENTRY =
  /^(?:filter\..+\.(?:clean|smudge|process)|diff\.(?:external|.+\.(?:command|textconv))|merge\..+\.driver|extensions\.partialclone|remote\..+\.(?:promisor|partialclonefilter|uploadpack|vcs)|submodule\..+\.update|protocol\..+)$/;

/** Settings of a nested repository with which the user's own git starts a program there, besides those: for `status`, `fetch` and `push`. */
const IN_USERS_GIT =
  /^(?:core\.(?:sshcommand|gitproxy|askpass|alternaterefscommand)|credential\.(?:.+\.)?helper|remote\..+\.receivepack)$/;

/**
 * Whether the user's git, which runs outside of the sandbox, may start a program for this setting of a nested repository without the user's order to do
 * so. Hooks and aliases are left out: they start in that repository only. Pure.
 */
export function startsInUsersGit(key: string, value: string): boolean {
  // With a truth value git starts a monitor of its own.
  if (key === 'core.fsmonitor') return !/^(?:true|false|yes|no|on|off|0|1|)$/i.test(value);
  const isPartial = /^(?:protocol\.|extensions\.|remote\..+\.(?:promisor|partialclonefilter)$)/.test(key);
  return (startsOnEntry(key, value) && !isPartial) || IN_USERS_GIT.test(key);
}

/** The programs of Git LFS, which a repository may configure as well as the user. */
const LFS_PROGRAMS = /^git-lfs (?:clean -- %f|smudge (?:--skip )?-- %f|filter-process(?: --skip)?)$/;

/** Whether git may start a program of a nested repository for this setting. Pure. */
export function startsOnEntry(key: string, value: string): boolean {
  return ON_ENTRY.test(key) && !isLfsProgram(value);
}

/** Whether a filter's command is that of Git LFS. Pure. */
export function isLfsProgram(command: string): boolean {
  return LFS_PROGRAMS.test(command);
}
