/** Place of a finding: a path with `/`, and a 1-based line if one was given. */
export interface Place {
  path: string;
  line?: number;
}

const MAX_PHRASE_LENGTH = 400;
const LINE_SUFFIX =
  /^(.*?)(?:[:#]L?|\s*[,(:]?\s*(?:at |on )?\blines?:? ?|\sL|\()(\d{1,7})(?![\w.])[\d\s,:L–-]{0,30}\)?$/i;
const NAMES =
  /^(?:Makefile|Dockerfile|Containerfile|Jenkinsfile|Gemfile|Rakefile|Procfile|Vagrantfile|LICENSE|README|CODEOWNERS)$/;
const EXTENSIONS = new Set(
  `astro bash bat c cc cfg cjs conf cpp cs css csv cts dart env erl ex exs fs go gql gradle graphql h hcl hpp hs htm html
  ini ipynb java js json json5 jsonc jsx kt kts less lock log lua m md mdx mjs mm mts php pl plist properties proto ps1
  py pyi r rb rs rst sass scala scss sh sol sql svelte svg swift tf tfvars toml ts tsx txt vue xml yaml yml zig zsh`.split(
    /\s+/,
  ),
);

/** Returns the place that a whole phrase names, such as `src/a.ts:12-20`, `` `src/a.ts` (line 12) `` or `C:\src\a.ts#L12`. */
export function readPlace(phrase: string): Place | undefined {
  if (phrase.length > MAX_PHRASE_LENGTH) return undefined;
  const isQuoted = phrase.includes('`');
  const text = bare(phrase);
  const suffix = LINE_SUFFIX.exec(text);
  const line = Number(suffix?.[2] ?? 0);
  if (suffix && line > 0 && isPath(bare(suffix[1] ?? ''), true, isQuoted)) {
    return { path: normalisePath(bare(suffix[1] ?? '')), line };
  }
  return isPath(text, false, isQuoted) ? { path: normalisePath(text) } : undefined;
}

/** Returns the first word of a text that is a path with a line. */
export function findPlace(text: string): Place | undefined {
  for (const word of text.split(' ')) {
    if (word.length > MAX_PHRASE_LENGTH || !/[:#]L?\d/.test(word)) continue;
    const place = readPlace(word.replace(/[.,;:!?]+$/, ''));
    if (place?.line !== undefined) return place;
  }
  return undefined;
}

/** Returns whether the text in the position of a place means that there is no place. */
export function isNoPlace(phrase: string): boolean {
  return /^-?$|^[*_`()]{0,2}(?:n\/a|none|no file|general|global|project-wide|multiple files|various)[*_`()]{0,2}$/i.test(
    phrase,
  );
}

/** Returns a path with `/` between folders and without a leading `./`. */
export function normalisePath(path: string): string {
  return path
    .replace(/\\/g, '/')
    .replace(/(?<=[^/])\/{2,}/g, '/')
    .replace(/^(?:\.\/)+(?=.)/, '');
}

// Removes decoration, a Markdown link, a label such as `File:` and a word such as `in`.
function bare(phrase: string): string {
  return phrase
    .replace(/^\[([^[\]]{1,300})\]\([^()]{0,300}\)$/, '$1')
    .replace(/\*\*|^\*|\*$|[`"']/g, '')
    .replace(/^\s*(?:(?:file|path|location|where|place)s?:|in |at |see )\s*/i, '')
    .replace(/^[([<]([^()[\]<>]*)[)\]>]$/, '$1')
    .trim()
    .replace(/[.,;]$/, '');
}

function isPath(text: string, hasLine: boolean, isQuoted: boolean): boolean {
  if (text === '' || /[<>|?*"]|:\/\/|[{}]/.test(text) || /:/.test(text.replace(/^[A-Za-z]:[\\/]/, '')))
    return false;
  if (/\s/.test(text) && !(isQuoted && /[\\/]/.test(text))) return false;
  if (/^(?:localhost|\d+(?:\.\d+)+)$/i.test(text)) return false;
  return looksLikeFile(text, hasLine, isQuoted);
}

function looksLikeFile(text: string, hasLine: boolean, isQuoted: boolean): boolean {
  const name = text.split(/[\\/]/).at(-1) ?? '';
  const isNested = name !== text;
  const extension = /^.+\.([A-Za-z][A-Za-z0-9]{0,9})$/.exec(name)?.[1]?.toLowerCase();
  const isNamed = NAMES.test(name) || /^\.[a-z][\w.-]*$/i.test(name) || EXTENSIONS.has(extension ?? '');
  if (isNested && name === '') return /^[\w.@-]+(?:[\\/][\w.@-]+)*[\\/]$/.test(text);
  if (isNested) return isNamed || hasLine || isQuoted || extension !== undefined;
  // `example.com:443` is a host; `and/or` and `req.body` are prose.
  return isNamed || (hasLine && extension !== undefined && !/^(?:com|org|net|io|dev|app)$/.test(extension));
}
