import type { Template } from '../../src/run/prompt/template.ts';

/** The placeholders that stand in a template's body, each once. */
export function placeholdersOf({ body }: Template): string[] {
  return [...new Set([...body.matchAll(/\{([a-z][a-z0-9_]*)\}/g)].map((match) => match[1] ?? ''))];
}
