import type { Nouns } from './claims.ts';

/** Names of a project, in the spellings that pairs may use. */
export interface ProjectNames {
  projectNouns: readonly string[];
  modules: readonly string[];
}

/** The names in lower case, for looking a word up. */
export function nounsOf({ projectNouns, modules }: ProjectNames): Nouns {
  return new Set(
    [...projectNouns, ...modules].map((name) => name.trim().toLowerCase()).filter((name) => name !== ''),
  );
}

/** Creates a test of whether a text names a part of the project. `shared-types` is also found as "shared types". */
export function nameFinder(nouns: Nouns): (text: string) => boolean {
  const spaced = [...nouns].map(spread).filter((name) => name !== '');
  const single = new Set(spaced.filter((name) => !name.includes(' ')));
  const several = spaced.filter((name) => name.includes(' ')).map((name) => ` ${name} `);
  return (text) => {
    const plain = spread(text);
    if (plain.split(' ').some((word) => single.has(word))) return true;
    return several.some((name) => ` ${plain} `.includes(name));
  };
}

function spread(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const DECLARED =
  /\b(?:function|interface|class|type|enum|const|let|def|func|fn|struct|trait|module|event|table|endpoint)\s+([A-Za-z_$][\w$]{2,79})/g;
const CODE_SPAN = /`([^`\n]{2,200})`/g;
const COMPOUND = /[A-Za-z_$][\w$]{3,79}/g;

/** Names that an interface file declares or writes as code: `createSession`, `USER_DELETED`, `session_token`. */
export function identifiersIn(markdown: string): string[] {
  const declared = [...markdown.matchAll(DECLARED)].map(([, name = '']) => name);
  const quoted = [...markdown.matchAll(CODE_SPAN)].flatMap(([, code = '']) => code.match(COMPOUND) ?? []);
  return [...new Set([...declared, ...quoted].filter(isCompound))];
}

// Ignore a single lower-case word in code (`string`, `id`), which is too common to name a part of the project.
function isCompound(name: string): boolean {
  return /[a-z\d][A-Z]|[A-Za-z\d]_[A-Za-z\d]/.test(name) || /^[A-Z][a-z]+[A-Z]?/.test(name)
    ? !GENERIC.has(name)
    : false;
}

const GENERIC = new Set(
  `Promise String Number Boolean Object Array Error Date Record Partial Readonly Buffer Function Symbol Optional Result List Dict Set
  None True False Null Undefined Response Request`.split(/\s+/),
);

/** The names of the project and its modules, as far as `modules.json` can be read. */
export function namesInModules(json: string): { project: string | undefined; names: string[] } {
  const { project, modules } = asRecord(parse(json));
  const names = Array.isArray(modules) ? modules.map((entry) => asRecord(entry).name) : [];
  return {
    project: typeof project === 'string' ? project : undefined,
    names: names.filter((name): name is string => typeof name === 'string'),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The contract files that a conflict report names. Pairs from these sources are rejected until the conflict is resolved. */
export function contractRefsIn(markdown: string): string[] {
  const found = markdown.match(/(?:interfaces|decisions)\/[A-Za-z0-9._-]{1,120}\.md\b/g) ?? [];
  return [...new Set(found)];
}
