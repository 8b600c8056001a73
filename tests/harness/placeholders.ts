import type { Template } from '../../src/run/prompt/template.ts';

/** The distinct placeholders of a template's body. */
export function placeholdersOf({ body }: Template): string[] {
  return [...new Set([...body.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map((match) => match[1] ?? ''))];
}
