import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ShellToken, tokenizeShell } from '../../../src/system/shell-words.ts';
import { scaled } from '../../harness/scale.ts';

/** A word as its text, an operator as `op …`, everything else by its kind. */
function summarize(token: ShellToken): string {
  switch (token.kind) {
    case 'word':
      return token.text;
    case 'operator':
      return `op ${token.text}`;
    case 'newline':
      return token.isContinued ? 'continued' : 'newline';
    case 'comment':
      return `comment ${token.text}`;
    case 'heredoc':
      return `${token.isQuoted ? 'quoted ' : ''}heredoc ${token.delimiter}: ${token.body}${token.isTerminated ? '' : '(open)'}`;
    case 'unterminated':
      return `open ${token.opener}`;
  }
}

describe('tokenizeShell', () => {
  it.each<[name: string, command: string, tokens: string[]]>([
    ['nothing', ' \t', []],
    ['words between blanks', 'a  b\tc ', ['a', 'b', 'c']],
    ['single quotes', `'a $x "y" \\'`, ['a $x "y" \\']],
    ['double quotes', `"a 'b' \\"c\\" \\$x \\n"`, [`a 'b' "c" $x \\n`]],
    ['quotes that touch', `a'b c'"d e"f`, ['ab cd ef']],
    ['an empty word', `a '' ""`, ['a', '', '']],
    ['escapes', `a\\ b \\' \\n`, ['a b', "'", 'n']],
    ['a continued line', 'a \\\nb', ['a', 'continued', 'b']],
    ['a continued word', 'a\\\nb', ['ab']],
    ['a line that continues in double quotes', '"a\\\nb"', ['ab']],
    ['a line break in quotes', `'a\nb'`, ['a\nb']],
    ['ANSI-C quotes', `$'a\\tb\\'c\\x41\\u00e9\\101\\q'`, ["a\tb'cA\u00e9A\\q"]],
    ['ANSI-C code points', `$'\\U1F600' $'\\U110000'`, ['\u{1f600}', '\\U110000']],
    ['ANSI-C control characters and NUL', `$'\\cA\\c?\\0rest'`, ['\x01\x7f']],
    ['a dollar before a quote inside double quotes', `"$'a'"`, ["$'a'"]],
    ['variables as written', `$A \${B} "$C"`, ['$A', `$\{B}`, '$C']],
    ['a substitution', '$(a)', ['$', 'op (', 'a', 'op )']],
    ['operators', 'a&&b||c|d;e&', ['a', 'op &&', 'b', 'op ||', 'c', 'op |', 'd', 'op ;', 'e', 'op &']],
    ['redirections', 'a >b >>c 2>&1 <d', ['a', 'op >', 'b', 'op >>', 'c', '2', 'op >&', '1', 'op <', 'd']],
    ['operators in quotes', `'&&' ";" \\|`, ['&&', ';', '|']],
    ['lines', 'a\nb', ['a', 'newline', 'b']],
    ['a comment', 'a # b; c\nd', ['a', 'comment  b; c', 'newline', 'd']],
    ['a number sign inside a word', 'a#b', ['a#b']],
    [
      'a heredoc',
      'a <<E b\n$x\nE\nc',
      ['a', 'op <<', 'E', 'b', 'newline', 'heredoc E: $x\n', 'newline', 'c'],
    ],
    ['a quoted heredoc', `a <<'E'\n'\nE`, ['a', 'op <<', 'E', 'newline', "quoted heredoc E: '\n"]],
    ['a heredoc without its tabs', 'a <<-E\n\tb\n\tE', ['a', 'op <<-', 'E', 'newline', 'heredoc E: b\n']],
    ['an open heredoc', 'a <<E\nb', ['a', 'op <<', 'E', 'newline', 'heredoc E: b\n(open)']],
    [
      'two heredocs',
      'a <<E <<F\n1\nE\n2\nF',
      ['a', 'op <<', 'E', 'op <<', 'F', 'newline', 'heredoc E: 1\n', 'heredoc F: 2\n'],
    ],
    ['a here string', 'a <<<b', ['a', 'op <<<', 'b']],
    ['an open single quote', `a 'b`, ['a', "open '"]],
    ['an open double quote', `a b"c`, ['a', 'open "']],
    ['an open ANSI-C quote', `a $'b\\'`, ['a', "open $'"]],
    ['a backslash at the end', 'a \\', ['a', 'open \\']],
  ])('splits %s', (_name, command, tokens) => {
    expect(tokenizeShell(command).map(summarize)).toEqual(tokens);
  });

  it.each<[command: string, flags: string[]]>([
    ['plain', []],
    [`'*'`, ['isQuoted']],
    ['a\\*', ['isQuoted']],
    ['*.ts', ['hasGlob']],
    ['[ab]', ['hasGlob']],
    ['$A', ['hasExpansion']],
    ['`id`', ['hasExpansion']],
    ['"$A"', ['isQuoted', 'hasExpansion']],
    ['"\\$A"', ['isQuoted']],
    [`'$A'`, ['isQuoted']],
    ['~/a', ['startsWithTilde']],
    [`'~'/a`, ['isQuoted']],
    ['a~', []],
  ])('describes the word %s', (command, flags) => {
    const [word] = tokenizeShell(command);
    const names = ['isQuoted', 'hasExpansion', 'hasGlob', 'startsWithTilde'] as const;
    expect(word?.kind === 'word' && names.filter((name) => word[name])).toEqual(flags);
  });

  it('reads every command to its end', () => {
    const characters = fc.constantFrom(...`ab '"\\$<>&|;()#~\`\n\t\r\u00a0E`);
    fc.assert(
      fc.property(fc.string({ unit: characters }), (command) => {
        const tokens = tokenizeShell(command);
        const openers = tokens.filter(({ kind }) => kind === 'unterminated');
        expect(openers.length === 0 || tokens.at(-1)?.kind === 'unterminated').toBe(true);
      }),
      { numRuns: scaled(1_000, 5_000) },
    );
  });
});
