// What programs of the user read or start in the home, also if it is missing: an agent whose project is the home could make it.

/** Folders whose content decides what programs do. */
export const START_UP_FOLDERS = [
  ...['.config', '.ssh', '.local', '.vim', '.cargo', '.docker', '.gnupg', 'bin'],
  ...['.aws', '.azure', '.codex', '.gemini', '.ipython', '.kube'],
];

/** Files that change nothing if they are empty. */
const EMPTY = [
  ...['.profile', '.bashrc', '.bash_aliases', '.bash_logout', '.kshrc', '.xprofile', '.xsessionrc'],
  ...['.cshrc', '.login', '.logout', '.pam_environment'],
  ...['.zshenv', '.zprofile', '.zshrc', '.zlogin', '.zlogout', '.screenrc', '.tmux.conf'],
  ...['.gitconfig', '.npmrc', '.yarnrc', '.curlrc', '.wgetrc', '.netrc', '.gdbinit', '.lldbinit', '.psqlrc'],
  ...['.yarnrc.yml', '.hgrc', '.irbrc', '.pryrc', '.Rprofile', '.sqliterc', '.pypirc', '.mailcap'],
];

/**
 * The files, each with the text that changes nothing: one that hides another file reads that. `has`: whether the home has such an entry. Pure.
 */
export function listStartUpTexts(has: (name: string) => boolean): [name: string, text: string][] {
  // Bash reads the first of .bash_profile, .bash_login and .profile. One that stays longer than the others must hide none of the user's.
  const login = (name: string) => `if [ -r ~/${name} ]; then . ~/${name}; fi\n`;
  const vim = 'unlet! skip_defaults_vim\nsource $VIMRUNTIME/defaults.vim\n';
  const conditional: [name: string, text: string, hidden: string[]][] = [
    ['.vimrc', vim, ['.vim/vimrc', '.config/vim']],
    ['.emacs', '', ['.emacs.el', '.emacs.d', '.config/emacs']],
  ];
  return [
    ...EMPTY.map((name): [string, string] => [name, '']),
    ['.bash_profile', login(has('.bash_login') ? '.bash_login' : '.profile')],
    ['.bash_login', login('.profile')],
    // Tcsh reads .cshrc only where this is missing.
    ['.tcshrc', 'if ( -r ~/.cshrc ) source ~/.cshrc\n'],
    ['.inputrc', '$include /etc/inputrc\n'],
    ['.claude.json', '{}\n'],
    ...conditional
      .filter(([, , others]) => !others.some(has))
      .map(([name, text]): [string, string] => [name, text]),
  ];
}
