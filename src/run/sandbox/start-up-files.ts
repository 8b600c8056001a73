// What programs of the user read or start in the home, also if it is missing: an agent whose project is the home could make it.

/** Folders whose content decides what programs do. */
export const START_UP_FOLDERS = ['.config', '.ssh', '.local', '.vim', '.cargo', '.docker', '.gnupg', 'bin'];

/** Files that change nothing if they are empty. */
const EMPTY = [
  ...['.profile', '.bashrc', '.bash_aliases', '.bash_logout', '.kshrc', '.xprofile', '.xsessionrc'],
  ...['.zshenv', '.zprofile', '.zshrc', '.zlogin', '.zlogout', '.screenrc', '.tmux.conf'],
  ...['.gitconfig', '.npmrc', '.yarnrc', '.curlrc', '.wgetrc', '.netrc', '.gdbinit', '.lldbinit', '.psqlrc'],
];

/**
 * The files, each with the text that changes nothing: one that hides another file reads that. `has`: whether the home has such an entry. Pure.
 */
export function listStartUpTexts(has: (name: string) => boolean): [name: string, text: string][] {
  const hidden = has('.bash_login') ? '.bash_login' : '.profile';
  const vim = 'unlet! skip_defaults_vim\nsource $VIMRUNTIME/defaults.vim\n';
  const conditional: [name: string, text: string, hidden: string[]][] = [
    ['.vimrc', vim, ['.vim/vimrc', '.config/vim']],
    ['.emacs', '', ['.emacs.el', '.emacs.d', '.config/emacs']],
  ];
  return [
    ...EMPTY.map((name): [string, string] => [name, '']),
    ['.bash_profile', `if [ -r ~/${hidden} ]; then . ~/${hidden}; fi\n`],
    ['.inputrc', '$include /etc/inputrc\n'],
    ['.claude.json', '{}\n'],
    ...conditional
      .filter(([, , others]) => !others.some(has))
      .map(([name, text]): [string, string] => [name, text]),
  ];
}
