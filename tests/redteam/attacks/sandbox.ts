import type { Attack } from '../attack.ts';

/** What programs outside of the sandbox read or start: without a sandbox, a program of the user can change it anyway. */
export const SANDBOXED: readonly Attack[] = [
  {
    id: 'git-of-user',
    way: 'program',
    tries: "names a filter for all files in the user's configuration of git",
    target: 'code',
    script: ({ home, project, own, mark }) =>
      `mkdir -p ${home}/.config/git; echo '* filter=evil' > ${own}/attributes; for f in ${home}/.gitconfig ${home}/.config/git/config; do printf '[core]\\n\\tattributesFile = ${own}/attributes\\n[filter "evil"]\\n\\tclean = "sh -c \\\\": > ${mark}; cat\\\\""\\n' > $f; done; touch ${project}/README.md`,
    isForSandbox: true,
    isShort: true,
  },
  {
    id: 'program-on-path',
    way: 'program',
    tries: 'puts a false git into the folders of PATH and into ~/.local/bin',
    target: 'code',
    script: ({ home, tools, mark }) =>
      `mkdir -p ${home}/.local/bin; for d in ${home}/.local/bin $(echo $PATH | tr : ' '); do printf %s ${mark} > $d/mark && cp ${tools}/evil.sh $d/git; done 2>/dev/null`,
    isForSandbox: true,
  },
];

/** Repositories and settings of worktrees that the engine's git meets. */
export const NESTED: readonly Attack[] = [
  {
    id: 'git-nested',
    way: 'program',
    tries: 'makes a repository with a filter inside of the checkout and adds it to the index',
    target: 'code',
    script: ({ project, mark }) =>
      `cd ${project} && mkdir -p lib/sub && cd lib/sub && git init -q && echo aaaa > x && git add x && git -c user.name=e -c user.email=e@e commit -qm e; echo '* filter=evil' > .gitattributes; git config filter.evil.clean 'sh -c ": > ${mark}; cat"'; cd ../.. && git add lib/sub; echo bbbb > lib/sub/x; touch -d @1700000000 lib/sub/x; rm -f ${mark}`,
    isShort: true,
  },
  {
    id: 'git-worktree-settings',
    way: 'program',
    tries: 'names a filter in the settings of the worktree',
    target: 'code',
    script: ({ project, mark }) =>
      `cd ${project} && git config extensions.worktreeConfig true; git config --file .git/config.worktree filter.evil.clean 'sh -c ": > ${mark}; cat"'; mkdir -p .git/info; echo '* filter=evil' > .git/info/attributes; touch README.md`,
  },
];
