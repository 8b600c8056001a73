import { describe, expect, it } from 'vitest';
import { listStartUpTexts } from '../../../../src/run/sandbox/start-up-files.ts';

const textsWith = (...names: string[]) =>
  Object.fromEntries(listStartUpTexts((name) => names.includes(name)));

describe('listStartUpTexts', () => {
  it('reads what a made file would hide', () => {
    expect(textsWith()['.bash_profile']).toBe('if [ -r ~/.profile ]; then . ~/.profile; fi\n');
    expect(textsWith('.bash_login')['.bash_profile']).toBe(
      'if [ -r ~/.bash_login ]; then . ~/.bash_login; fi\n',
    );
    expect(textsWith()['.bash_login']).toBe('if [ -r ~/.profile ]; then . ~/.profile; fi\n');
    expect(textsWith()['.tcshrc']).toBe('if ( -r ~/.cshrc ) source ~/.cshrc\n');
    expect(textsWith()['.inputrc']).toBe('$include /etc/inputrc\n');
  });

  it('leaves no file to an agent that a login shell reads', () => {
    for (const name of ['.bash_profile', '.bash_login', '.profile', '.cshrc', '.tcshrc', '.login', '.zlogin'])
      expect(textsWith(), name).toHaveProperty([name]);
  });

  it('makes no file that would hide what the user has in another place', () => {
    expect(Object.keys(textsWith())).toEqual(
      expect.arrayContaining(['.vimrc', '.emacs', '.bashrc', '.npmrc']),
    );
    expect(Object.keys(textsWith('.vim/vimrc', '.config/emacs'))).not.toEqual(
      expect.arrayContaining(['.vimrc']),
    );
    expect(textsWith('.emacs.d')).not.toHaveProperty('.emacs');
    expect(textsWith('.config/vim')).not.toHaveProperty('.vimrc');
  });
});
