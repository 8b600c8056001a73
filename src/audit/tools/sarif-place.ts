import { isRecord, type Json } from '../manifests/json.ts';
import { memberAt, numberAt, recordsAt, textAt } from './json-values.ts';

/**
 * The path of an artifact location: relative to the folder in which the tool was started, or absolute. Undefined if it names no file. Bases that
 * are files resolve; other bases are the folder itself.
 */
export function resolveUri(location: unknown, run: Json): string | undefined {
  const index = numberAt(location, 'index');
  const listed =
    index === undefined || index < 0 ? undefined : memberAt(recordsAt(run, 'artifacts')[index], 'location');
  const uri = textAt(location, 'uri') ?? textAt(listed, 'uri');
  if (uri === undefined) return undefined;
  if (/^[a-z][a-z0-9+.-]+:/i.test(uri)) return readFileUri(uri);
  const base = resolveBase(textAt(location, 'uriBaseId') ?? textAt(listed, 'uriBaseId'), run, 0);
  const path = decode(uri);
  return path.startsWith('/') ? path : `${base}${path}`;
}

const MAX_BASES = 5;

function resolveBase(id: string | undefined, run: Json, depth: number): string {
  const base = id === undefined ? undefined : memberAt(memberAt(run, 'originalUriBaseIds'), id);
  const uri = textAt(base, 'uri');
  if (!isRecord(base) || uri === undefined || depth > MAX_BASES) return '';
  if (uri.startsWith('file:')) return withSlash(readFileUri(uri) ?? '');
  return /^[a-z][a-z0-9+.-]+:/i.test(uri)
    ? ''
    : `${resolveBase(textAt(base, 'uriBaseId'), run, depth + 1)}${withSlash(decode(uri))}`;
}

const withSlash = (path: string) => (path === '' || path.endsWith('/') ? path : `${path}/`);

// `file:///src/a.ts` and `file://host/src/a.ts`; `file:///C:/a.ts` keeps its drive. Other schemes name no file of the project.
function readFileUri(uri: string): string | undefined {
  const path = /^file:(?:\/\/[^/]*)?(\/.*)$/i.exec(uri)?.[1];
  return path === undefined ? undefined : decode(path).replace(/^\/(?=[A-Za-z]:\/)/, '');
}

function decode(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
