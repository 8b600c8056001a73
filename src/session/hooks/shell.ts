/** A call of `sao` that is nothing else: no chain, no substitution, no variable. */
export interface PlainCall {
  /** The words after `sao`. */
  words: string[];
}

const WORD = /(?:[A-Za-z0-9_@%+=:,./~-]+|'[^']*'|"[^"$`\\!]*")+/y;

/**
 * Reads a shell command that is exactly one `sao …` call, with a quoted heredoc or not; undefined for everything else.
 * A prefix match would let `sao x && rm -rf y` through: only what is understood whole is recognised.
 */
export function parsePlainCall(command: string): PlainCall | undefined {
  const [first = '', ...rest] = command.trim().split('\n');
  const heredoc = /^(.*?)\s*<<\s*'([A-Za-z_]+)'\s*$/.exec(first);
  if (!heredoc) return rest.length === 0 ? splitWords(first) : undefined;
  const end = rest.indexOf(heredoc[2] ?? '');
  return end === rest.length - 1 ? splitWords(heredoc[1] ?? '') : undefined;
}

function splitWords(line: string): PlainCall | undefined {
  const words: string[] = [];
  let at = 0;
  const text = line.replace(/\s+2>&1$/, '').trim();
  while (at < text.length) {
    WORD.lastIndex = at;
    const match = WORD.exec(text);
    if (!match) return undefined;
    words.push(
      match[0].replace(
        /'([^']*)'|"([^"]*)"/g,
        (_, single?: string, double?: string) => single ?? double ?? '',
      ),
    );
    at = WORD.lastIndex;
    const gap = /^[ \t]+/.exec(text.slice(at))?.[0].length ?? 0;
    if (gap === 0 && at < text.length) return undefined;
    at += gap;
  }
  return words[0] === 'sao' ? { words: words.slice(1) } : undefined;
}
