/** A prompt template: markdown with `{placeholder}`s, each declared in the front matter's `variables`. */
export interface Template {
  name: string;
  variables: readonly string[];
  body: string;
}

// Parse by hand, because hooks fill templates and must not load a YAML parser.
const FRONT_MATTER = /^---\ntemplate: ([a-z-]+)\nvariables: \[([a-z_, ]*)\]\n---\n/;
const INCLUDE = /^<!-- include ([a-z/-]+) -->\n/gm;
const PLACEHOLDER = /\{([a-z][a-z0-9_]*)\}/g;

/** Parses a template. Throws if its front matter is invalid. */
export function parseTemplate(text: string): Template {
  const match = FRONT_MATTER.exec(text);
  if (!match) throw new Error('a template starts with front matter: template, variables');
  const [whole, name = '', list = ''] = match;
  const variables = list.split(',').map((entry) => entry.trim());
  return { name, variables: variables.filter((entry) => entry !== ''), body: text.slice(whole.length) };
}

/** Replaces each line `<!-- include name -->` by the body of that template; both templates declare its variables. */
export function includeParts(template: Template, load: (name: string) => Template): Template {
  return { ...template, body: template.body.replace(INCLUDE, (_, name: string) => load(name).body) };
}

/** Fills a template in one pass, so that a value that looks like a placeholder is unchanged. */
export function fillTemplate(template: Template, values: Readonly<Record<string, string>>): string {
  return template.body.replace(PLACEHOLDER, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`template ${template.name}: no value for {${key}}`);
    return value;
  });
}
