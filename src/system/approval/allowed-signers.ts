/** One line of a list of allowed signers, as `ssh-keygen -Y verify` reads it. */
interface AllowedSigner {
  /** Patterns of names. */
  principals: string[];
  /** Patterns of purposes; undefined if all are allowed. */
  namespaces?: string[];
  /** Milliseconds since the epoch. */
  after?: number;
  before?: number;
  key: Buffer;
}

const OPTION = /^([a-z-]+)(?:="((?:[^"\\]|\\.)*)")?(?:,|$)/i;

/**
 * Returns the name under which a list of allowed signers has a key for this purpose at this time (milliseconds since the epoch); undefined if it has
 * none. Lines of certificate authorities, and lines with unknown options, count for nothing.
 */
export function findPrincipal(
  list: string,
  { key, namespace, now }: { key: Buffer; namespace: string; now: number },
): string | undefined {
  for (const line of list.split(/\r?\n/)) {
    const signer = parseSigner(line);
    if (signer === undefined || !signer.key.equals(key)) continue;
    const { namespaces, after, before, principals } = signer;
    if (namespaces !== undefined && !matchesList(namespace, namespaces)) continue;
    if ((after !== undefined && now < after) || (before !== undefined && now > before)) continue;
    const name = principals.find((each) => !each.startsWith('!') && each !== '');
    if (name !== undefined) return name;
  }
  return undefined;
}

function parseSigner(line: string): AllowedSigner | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const [, quoted, plain, rest = ''] = /^(?:"([^"]*)"|(\S+))\s+(.+)$/.exec(text) ?? [];
  const principals = (quoted ?? plain ?? '').split(',');
  const direct = parseKey(rest);
  if (direct) return { principals, key: direct };
  const split = splitOptions(rest);
  const key = split && parseKey(split.rest);
  const options = split && parseOptions(split.options);
  return key && options ? { principals, key, ...options } : undefined;
}

/** The key that a text begins with: its type, and its binary form in base64, which has to be of that type. */
function parseKey(text: string): Buffer | undefined {
  const [, type, body] = /^([a-z0-9@.-]+)\s+([A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(text) ?? [];
  if (type === undefined || body === undefined) return undefined;
  const key = Buffer.from(body, 'base64');
  if (key.length < 4) return undefined;
  const length = key.readUInt32BE();
  return key.toString('latin1', 4, 4 + length) === type ? key : undefined;
}

/** The options end at the first space outside of quotes. */
function splitOptions(text: string): { options: string; rest: string } | undefined {
  const [, options, rest] = /^((?:[^\s"]|"(?:[^"\\]|\\.)*")+)\s+(.+)$/.exec(text) ?? [];
  return options === undefined || rest === undefined ? undefined : { options, rest };
}

type Options = Pick<AllowedSigner, 'namespaces' | 'after' | 'before'>;

function parseOptions(text: string): Options | undefined {
  const options: Options = {};
  for (let rest = text; rest !== ''; ) {
    const found = OPTION.exec(rest);
    if (found === null) return undefined;
    const [whole, name = '', value] = found;
    rest = rest.slice(whole.length);
    const time = value === undefined ? undefined : parseTime(value);
    if (name.toLowerCase() === 'namespaces' && value) options.namespaces = value.split(',');
    else if (name.toLowerCase() === 'valid-after' && time !== undefined) options.after = time;
    else if (name.toLowerCase() === 'valid-before' && time !== undefined) options.before = time;
    else return undefined;
  }
  return options;
}

/** `YYYYMMDD[HHMM[SS]][Z]`, in local time without the Z; in milliseconds since the epoch. */
function parseTime(text: string): number | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] =
    /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(Z?)$/i.exec(text) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  return Number.isNaN(time) ? undefined : time;
}

/** Whether a name fits one of the patterns with `*` and `?`, and none of those behind a `!`. */
function matchesList(name: string, patterns: readonly string[]): boolean {
  const fits = (pattern: string) => toExpression(pattern).test(name);
  if (patterns.some((each) => each.startsWith('!') && fits(each.slice(1)))) return false;
  return patterns.some((each) => !each.startsWith('!') && fits(each));
}

function toExpression(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`);
}
