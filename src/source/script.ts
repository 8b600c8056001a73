import { type ParserPlugin, parse } from '@babel/parser';
import type { File } from '@babel/types';
import type { CodeFile } from './select.ts';

/** Parses JavaScript or TypeScript with JSX; undefined if the parser cannot recover from an error. */
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
    // The text is a dialect or a fragment; the caller counts and reports it.
    return undefined;
  }
}

function pluginsFor({ path, language }: Pick<CodeFile, 'path' | 'language'>): ParserPlugin[] {
  const common: ParserPlugin[] = ['decorators-legacy', 'explicitResourceManagement'];
  if (language === 'js') return [...common, 'jsx', 'flow'];
  // In a .ts file `<T>x` is a cast, which JSX would parse as an element.
  return /\.(?:ts|mts|cts)$/.test(path) ? [...common, 'typescript'] : [...common, 'typescript', 'jsx'];
}

// A single-file component is blanked except for its scripts, so that lines and offsets are kept.
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
