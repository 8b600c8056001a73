/** Languages of rules. Syntax rules parse `js` and `ts`; pattern rules match the masked text of all languages. */
export type Language =
  | 'js'
  | 'ts'
  | 'python'
  | 'go'
  | 'java'
  | 'kotlin'
  | 'scala'
  | 'swift'
  | 'dart'
  | 'ruby'
  | 'php'
  | 'c'
  | 'cpp'
  | 'csharp'
  | 'rust'
  | 'shell'
  | 'sql'
  | 'css'
  | 'html'
  | 'yaml'
  | 'docker';

const EXTENSIONS: Record<Language, string> = {
  js: 'js jsx mjs cjs',
  ts: 'ts tsx mts cts vue svelte',
  python: 'py pyi pyw',
  go: 'go',
  java: 'java',
  kotlin: 'kt kts',
  scala: 'scala sc',
  swift: 'swift',
  dart: 'dart',
  ruby: 'rb rake gemspec',
  php: 'php phtml',
  c: 'c h',
  cpp: 'cc cpp cxx hpp hh hxx inl',
  csharp: 'cs',
  rust: 'rs',
  shell: 'sh bash zsh ksh',
  sql: 'sql',
  css: 'css scss less',
  html: 'html htm xml',
  yaml: 'yml yaml',
  docker: 'dockerfile containerfile',
};

const BY_EXTENSION = new Map(
  Object.entries(EXTENSIONS).flatMap(([language, list]) =>
    list.split(' ').map((extension): [string, Language] => [extension, language as Language]),
  ),
);

const BY_NAME: readonly [RegExp, Language][] = [
  [/^(?:dockerfile|containerfile)(?:\..+)?$/i, 'docker'],
  [/^(?:rakefile|gemfile|vagrantfile|podfile|fastfile)$/i, 'ruby'],
];

const BY_PROGRAM: readonly [RegExp, Language][] = [
  [/\b(?:ba|z|k|da)?sh\b/, 'shell'],
  [/\bpython[\d.]*\b/, 'python'],
  [/\b(?:node|bun)\b/, 'js'],
  [/\b(?:deno|tsx)\b/, 'ts'],
  [/\bruby\b/, 'ruby'],
  [/\bphp\b/, 'php'],
];

/** Returns the language of a file by its name; undefined for prose, data and unknown names. */
export function languageOf(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const named = BY_NAME.find(([pattern]) => pattern.test(name));
  if (named) return named[1];
  const dot = name.lastIndexOf('.');
  return dot < 0 ? undefined : BY_EXTENSION.get(name.slice(dot + 1).toLowerCase());
}

/** Returns the language of a script by its first line `#!…`. */
export function languageOfShebang(text: string): Language | undefined {
  if (!text.startsWith('#!')) return undefined;
  const line = text.slice(0, 120).split('\n', 1)[0] ?? '';
  return BY_PROGRAM.find(([pattern]) => pattern.test(line))?.[1];
}
