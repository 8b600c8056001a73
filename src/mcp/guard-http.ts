/** What of an HTTP request decides whether it is answered. Header names are those of the protocol's transport. */
export interface McpHttpRequest {
  method: string | undefined;
  url: string | undefined;
  host: string | undefined;
  origin: string | undefined;
  authorization: string | undefined;
  contentType: string | undefined;
  /** `Mcp-Protocol-Version`. */
  version: string | undefined;
}

/** What the server allows. Names are lower case, as in `localhost:8080` and `http://localhost:8080`. */
export interface McpHttpAccess {
  hosts: readonly string[];
  origins: readonly string[];
  versions: readonly string[];
}

export type McpHttpRefusal = { status: 400 | 401 | 403 | 404 | 405 | 415 | 421; message: string };

/** The path of the only endpoint. */
export const MCP_PATH = '/mcp';

/**
 * Decides about a request: the access token that it carries, or why it is refused. Host and Origin are compared with lists and never with each other,
 * so that a name which an attacker points at this machine is refused. Pure.
 */
export function guardMcpRequest(
  request: McpHttpRequest,
  access: McpHttpAccess,
): { token: string } | McpHttpRefusal {
  const { method, url, host = '', origin, contentType = '', version } = request;
  if (!access.hosts.includes(host.toLowerCase()))
    return { status: 421, message: 'this server does not answer for this Host (--allow-host)' };
  if (origin !== undefined && !access.origins.includes(origin.toLowerCase()))
    return { status: 403, message: 'this server does not answer pages of this Origin (--allow-origin)' };
  if (url !== MCP_PATH) return { status: 404, message: `the only path is ${MCP_PATH}` };
  if (method !== 'POST' && method !== 'DELETE')
    return { status: 405, message: 'only POST, and DELETE to end a session' };
  const [, token] = /^Bearer (\S{1,200})$/i.exec(request.authorization ?? '') ?? [];
  if (token === undefined)
    return { status: 401, message: 'send the access token of the queue as a bearer token' };
  if (version !== undefined && !access.versions.includes(version))
    return { status: 400, message: `known versions of the protocol: ${access.versions.join(', ')}` };
  if (method === 'POST' && !/^application\/json(?:\s*;|$)/i.test(contentType))
    return { status: 415, message: 'a message is application/json' };
  return { token };
}
