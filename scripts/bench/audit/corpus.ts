import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One snippet of the corpus: a file with a fault of a rule, or without any. */
export interface Snippet {
  rule: string;
  path: string;
  code: string;
  isFaulty: boolean;
  /** `file:line` in the corpus. */
  origin: string;
}

const FOLDER = resolve('tests/corpus');

/** Reads all snippets. A heading is `@ RULE PATH`; `+` is a faulty line, `-` a harmless one; `⏎` is a line end and `~~` is removed. */
export function readCorpus(): Snippet[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => readSnippets(name, readFileSync(join(FOLDER, name), 'utf8')));
}

function readSnippets(name: string, text: string): Snippet[] {
  let [rule, path] = ['', ''];
  const snippets: Snippet[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const origin = `${name}:${index + 1}`;
    const [mark, rest] = [line.slice(0, 2), line.slice(2)];
    if (mark === '@ ') [rule = '', path = ''] = rest.split(' ');
    else if (mark === '+ ' || mark === '- ')
      snippets.push({ rule, path, code: `${decode(rest)}\n`, isFaulty: mark === '+ ', origin });
    else if (line !== '' && !line.startsWith('#'))
      throw new Error(`${origin}: not a line of the corpus: ${line}`);
  }
  return snippets;
}

function decode(code: string): string {
  return code.replaceAll('⏎', '\n').replaceAll('~~', '');
}
