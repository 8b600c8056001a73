// No word begins with a tilde: the shell would put a folder in its place.
const WORD = /^(?!~)(?:[A-Za-z0-9_@%+=:,./~^-]+|'[^']*'|"[^"$`\\!]*")+/;

/**
 * The calls of a shell command that is nothing but plain calls joined by `&&`, as words; undefined where there is anything else in it:
 * what is not understood whole may do anything.
 */
export function parseChain(command: string): string[][] | undefined {
  const calls: string[][] = [[]];
  let rest = command.trim();
  while (rest !== '') {
    const word = WORD.exec(rest)?.[0];
    if (word === undefined && !rest.startsWith('&&')) return undefined;
    if (word === undefined) calls.push([]);
    else
      calls
        .at(-1)
        ?.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, one?: string, two?: string) => one ?? two ?? ''));
    const after = rest.slice(word?.length ?? 2);
    rest = after.replace(/^[ \t]+/, '');
    // Two words need a blank between them; an operator does not.
    if (word !== undefined && rest !== '' && rest === after && !rest.startsWith('&&')) return undefined;
  }
  return calls.some((call) => call.length === 0) ? undefined : calls;
}
