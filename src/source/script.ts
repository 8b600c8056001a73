import { type ParserPlugin, parse } from '@babel/parser';
import type { File } from '@babel/types';
import type { CodeFile } from './select.ts';

/** Parses JavaScript or TypeScript with its JSX; undefined where even error recovery gives up. */
export function parseScript(file: Pick<CodeFile, 'path' | 'language' | 'text'>): File | undefined {
  try {
    return parse(scriptOf(file.path, file.text), {
      sourceType: 'unambiguous',
      errorRecovery: true,
      attachComment: false,
      allowReturnOutsideFunction: true,
      plugins: pluginsFor(file),
    });
  } catch {
    // A dialect or a fragment: the caller counts it and says so.
    return undefined;
  }
}

function pluginsFor({ path, language }: Pick<CodeFile, 'path' | 'language'>): ParserPlugin[] {
  const common: ParserPlugin[] = ['decorators-legacy', 'explicitResourceManagement'];
  if (language === 'js') return [...common, 'jsx', 'flow'];
  // In a plain .ts file `<T>x` is a cast, which JSX would take for an element.
  return /\.(?:ts|mts|cts)$/.test(path) ? [...common, 'typescript'] : [...common, 'typescript', 'jsx'];
}

/** Of a single-file component only the scripts are left; lines and offsets stay. */
function scriptOf(path: string, text: string): string {
  if (!/\.(?:vue|svelte)$/.test(path)) return text;
  let script = '';
  let end = 0;
  for (const match of text.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = match.index + (match[1]?.length ?? 0);
    const body = match[2] ?? '';
    script += text.slice(end, start).replace(/[^\r\n]/g, ' ') + body;
    end = start + body.length;
  }
  return script + text.slice(end).replace(/[^\r\n]/g, ' ');
}
