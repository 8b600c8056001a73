/** The parts of a manifest that an advisory tool needs: names and versions. Others name servers, programs and files. */
const MANIFEST_KEYS: Readonly<Record<string, readonly string[]>> = {
  'package.json': [
    'name',
    'version',
    'private',
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'peerDependencies',
    'peerDependenciesMeta',
    'overrides',
    'resolutions',
  ],
  'composer.json': ['name', 'require', 'require-dev', 'minimum-stability', 'prefer-stable'],
};

/**
 * The copy of a project's file that an advisory tool gets: it names no server of its own, since the tool would ask that server, and no program, since
 * a package manager would start it. Pure.
 */
export function copyForTool(name: string, text: string): string {
  const keys = Object.hasOwn(MANIFEST_KEYS, name) ? MANIFEST_KEYS[name] : undefined;
  if (keys !== undefined) return keepKeys(text, keys);
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json') return withoutServers(text);
  return /^requirements[\w.-]*\.txt$/.test(name) ? withoutOptions(text) : text;
}

function keepKeys(text: string, keys: readonly string[]): string {
  const value = parseObject(text);
  if (value === undefined) return '{}';
  return JSON.stringify(Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key))));
}

/** A lock file of npm without the addresses of packages; npm fetches what it does not know of an old lock file from them. */
function withoutServers(text: string): string {
  const value = parseObject(text);
  if (value === undefined) return text;
  const isEntry = (entry: unknown): entry is Record<string, unknown> =>
    typeof entry === 'object' && entry !== null;
  const clean = (key: string, entry: unknown): unknown => {
    if (key === 'resolved' || key === 'from') return undefined;
    if (key !== 'dependencies' && key !== 'packages') return entry;
    if (!isEntry(entry)) return entry;
    const isKept = ([, each]: [string, unknown]) =>
      !isEntry(each) || typeof each.version !== 'string' || !each.version.includes(':');
    return Object.fromEntries(Object.entries(entry).filter(isKept));
  };
  return JSON.stringify(value, clean);
}

/** A file of requirements without options, which name indexes, and without packages that come from an address. */
function withoutOptions(text: string): string {
  return text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .filter((line) => !/^\s*-/.test(line) && !line.replace(/\s#.*$/, '').includes('://'))
    .join('\n');
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
