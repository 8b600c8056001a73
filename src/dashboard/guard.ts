import { createHash, timingSafeEqual } from 'node:crypto';
import { isName, isRunId } from '../run/ledger/names.ts';
import { HUMAN_GATES, type HumanGate } from '../run/ledger/stages.ts';

/** What of a request decides whether it is answered. */
export interface PageRequest {
  method: string | undefined;
  url: string | undefined;
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site`: where the page is from that makes the request. */
  site: string | undefined;
  authorization: string | undefined;
}

/** What the server allows. */
export interface PageAccess {
  port: number;
  /** The token of this server's pages. */
  token: string;
}

export type PageAsset = 'page' | 'script' | 'style' | 'icon';

/** What an allowed request asks for. */
export type PageRoute =
  | { kind: 'asset'; asset: PageAsset }
  /** Exchanges the one-time code for the token. */
  | { kind: 'token'; code: string }
  | { kind: 'runs' | 'queue' }
  | { kind: 'run' | 'findings'; run: string }
  | { kind: 'agent'; run: string; agent: string }
  | { kind: 'gate'; run: string; stage: HumanGate }
  | { kind: 'events'; view: 'runs' | 'queue' }
  | { kind: 'events'; view: 'run'; run: string };

export type PageRefusal = { kind: 'refused'; status: 400 | 401 | 403 | 404 | 405 | 421 };

const ASSETS: Readonly<Record<string, PageAsset>> = {
  '/': 'page',
  '/page.js': 'script',
  '/page.css': 'style',
  '/icon.svg': 'icon',
};

const refuse = (status: PageRefusal['status']): PageRefusal => ({ kind: 'refused', status });

/**
 * Decides about a request: what it asks for, or the status code of its refusal. Host and Origin are compared with a list and never with each other, so
 * that a name which an attacker points at this machine is refused. Pure.
 */
export function guardRequest(request: PageRequest, access: PageAccess): PageRoute | PageRefusal {
  const status = findForeign(request, access.port);
  if (status !== undefined) return refuse(status);
  const { url = '', authorization = '' } = request;
  const asset = Object.hasOwn(ASSETS, url) ? ASSETS[url] : undefined;
  if (asset !== undefined) return { kind: 'asset', asset };
  if (url.includes('?')) return refuse(400);
  if (!/^\/api\/[\w./-]{1,300}$/.test(url) || url.includes('..')) return refuse(404);
  const [, scheme, secret = ''] = /^(Code|Bearer) ([\w-]{20,100})$/.exec(authorization) ?? [];
  if (url === '/api/token') return scheme === 'Code' ? { kind: 'token', code: secret } : refuse(401);
  if (scheme !== 'Bearer' || !isSameSecret(secret, access.token)) return refuse(401);
  return routeOf(url.slice('/api/'.length).split('/')) ?? refuse(404);
}

/** The status for a request with another method, or for another server or from another page. */
function findForeign(
  { method, host = '', origin, site }: PageRequest,
  port: number,
): PageRefusal['status'] | undefined {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  if (method !== 'GET') return 405;
  if (!hosts.includes(host.toLowerCase())) return 421;
  if (origin !== undefined && !hosts.some((name) => origin === `http://${name}`)) return 403;
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : 403;
}

/** Compares secrets in the same time for all wrong ones. */
export function isSameSecret(given: string, expected: string): boolean {
  const hashed = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hashed(given), hashed(expected));
}

function routeOf(segments: readonly string[]): PageRoute | undefined {
  const [first, second, third, fourth, ...rest] = segments;
  if (rest.length > 0) return undefined;
  if (first === 'events') return routeOfEvents(second, third, fourth);
  if ((first === 'runs' || first === 'queue') && second === undefined) return { kind: first };
  if (first !== 'run' || second === undefined || !isRunId(second)) return undefined;
  return routeOfRun(second, third, fourth);
}

function routeOfRun(run: string, what: string | undefined, which: string | undefined): PageRoute | undefined {
  if (what === undefined) return { kind: 'run', run };
  if (what === 'findings' && which === undefined) return { kind: 'findings', run };
  if (what === 'agent' && which !== undefined && isName(which)) return { kind: 'agent', run, agent: which };
  const stage = HUMAN_GATES.find((gate) => gate === which);
  return what === 'gate' && stage ? { kind: 'gate', run, stage } : undefined;
}

function routeOfEvents(
  view: string | undefined,
  run: string | undefined,
  more: string | undefined,
): PageRoute | undefined {
  if ((view === 'runs' || view === 'queue') && run === undefined) return { kind: 'events', view };
  const isRun = view === 'run' && run !== undefined && isRunId(run) && more === undefined;
  return isRun ? { kind: 'events', view, run } : undefined;
}
