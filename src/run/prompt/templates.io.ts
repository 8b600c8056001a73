import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../system/package-root.ts';
import { includeParts, parseTemplate, type Template } from './template.ts';

const loaded = new Map<string, Template>();

/** A template of this package by its path under `templates/`, without `.md`. */
export function loadTemplate(name: string): Template {
  let template = loaded.get(name);
  if (!template) {
    const text = readFileSync(join(packageRoot(), 'templates', `${name}.md`), 'utf8');
    template = includeParts(parseTemplate(text), loadTemplate);
    loaded.set(name, template);
  }
  return template;
}
