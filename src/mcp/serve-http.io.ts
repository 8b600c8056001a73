import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accept, fault, type Result } from '../system/result.ts';
import { guardMcpRequest } from './guard-http.ts';
import { PROTOCOL_VERSIONS, parseMessage, type RpcId } from './protocol.ts';
import type { McpServer, SendLine } from './server.ts';

export interface McpHttpOptions {
  /** 0: a free one. */
  port: number;
  /** The address to listen on. */
  host: string;
  /** Further names and origins that requests may have, besides those of loopback. */
  allowHosts: readonly string[];
  allowOrigins: readonly string[];
  maxBytes: number;
  /** Makes the server of a session; its tools have the rights of the token. Fails if the queue refuses the token, or cannot be read. */
  open(token: string, send: SendLine): Promise<Result<McpServer>>;
  now(): Date;
}

/** A running server. */
export interface McpHttp {
  port: number;
  close(): Promise<void>;
}

interface Session {
  token: string;
  server: McpServer;
  /** The open answers, by the request that each is for. */
  answers: Map<RpcId, ServerResponse>;
  usedAt: number;
}

const MAX_SESSIONS = 256;
const MAX_CONNECTIONS = 512;
/** A session that is not used for this long ends, in milliseconds. */
const SESSION_MS = 60 * 60 * 1000;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Serves the Model Context Protocol by its streamable HTTP transport: each POST carries one message, and the answer to a request is a stream of events that
 * ends with the response. Fails if the port cannot be used.
 */
export async function serveMcpHttp(options: McpHttpOptions): Promise<Result<McpHttp>> {
  const server = createServer();
  server.maxConnections = MAX_CONNECTIONS;
  const failure = await listen(server, options);
  if (failure) return failure;
  const { port } = server.address() as AddressInfo;
  const app = new McpHttpApp(options, port);
  server.on('request', (request, response) => void app.answer(request, response));
  return accept({
    port,
    close: async () => {
      await app.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  });
}

function listen(server: Server, { port, host }: McpHttpOptions): Promise<Result<never> | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        fault({
          code: 'port-unusable',
          message: `${host}:${port} cannot be used (${error.code ?? error.message})`,
          target: String(port),
          fix: 'choose another --port; 0 is a free one',
        }),
      ),
    );
    server.listen(port, host, () => resolve(undefined));
  });
}

class McpHttpApp {
  private readonly options: McpHttpOptions;
  private readonly hosts: readonly string[];
  private readonly origins: readonly string[];
  private readonly sessions = new Map<string, Session>();

  constructor(options: McpHttpOptions, port: number) {
    this.options = options;
    const own = LOOPBACK.map((name) => `${name}:${port}`);
    this.hosts = [...own, ...options.allowHosts.map((name) => name.toLowerCase())];
    this.origins = [
      ...own.map((name) => `http://${name}`),
      ...options.allowOrigins.map((name) => name.toLowerCase()),
    ];
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions.keys()].map((id) => this.end(id)));
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    const { method, url, headers } = request;
    const allowed = guardMcpRequest(
      {
        ...{ method, url, host: headers.host, origin: headers.origin, authorization: headers.authorization },
        contentType: headers['content-type'],
        version: headerOf(request, 'mcp-protocol-version'),
      },
      { hosts: this.hosts, origins: this.origins, versions: PROTOCOL_VERSIONS },
    );
    if ('status' in allowed) {
      if (allowed.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
      refuse(response, allowed.status, allowed.message);
      return;
    }
    const id = headerOf(request, 'mcp-session-id');
    if (method === 'DELETE') await this.endByClient(id, allowed.token, response);
    else await this.take(request, response, { id, token: allowed.token });
  }

  private async take(
    request: IncomingMessage,
    response: ServerResponse,
    { id, token }: { id: string | undefined; token: string },
  ): Promise<void> {
    const text = await readBody(request, this.options.maxBytes);
    if (text === undefined) {
      refuse(response, 413, `a message has at most ${this.options.maxBytes} bytes`);
      return;
    }
    const message = parseMessage(text);
    if (message.kind === 'invalid') {
      refuse(response, 400, message.message);
      return;
    }
    const isFirst = message.kind === 'request' && message.method === 'initialize';
    const session = isFirst ? await this.begin(token, response) : this.find(id, token);
    if (session === undefined) {
      if (!response.headersSent) refuse(response, 404, 'there is no such session: initialize one');
      return;
    }
    session.usedAt = this.options.now().getTime();
    if (message.kind !== 'request') {
      response.writeHead(202).end();
      session.server.receive(text);
    } else if (session.answers.has(message.id))
      refuse(response, 400, 'a request with this id has no answer yet');
    else this.openAnswer(session, message.id, response, text);
  }

  private openAnswer(session: Session, id: RpcId, response: ServerResponse, text: string): void {
    session.answers.set(id, response);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.on('close', () => session.answers.delete(id));
    session.server.receive(text);
  }

  /** Makes a session for a token that the queue knows; its id is in a header of the answer. Answers and returns undefined if there is none. */
  private async begin(token: string, response: ServerResponse): Promise<Session | undefined> {
    const answers: Session['answers'] = new Map();
    const opened = await this.options.open(token, (line, about) => sendEvent(answers, line, about));
    if (!opened.ok) {
      const isRefused = opened.cause === 'input';
      if (isRefused) response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
      const message = opened.diagnostics.map((each) => each.message).join('; ');
      refuse(response, isRefused ? 401 : 503, message);
      return undefined;
    }
    const id = randomBytes(24).toString('base64url');
    const session = { token, server: opened.value, answers, usedAt: this.options.now().getTime() };
    await this.endUnused();
    this.sessions.set(id, session);
    response.setHeader('Mcp-Session-Id', id);
    return session;
  }

  /** Ends sessions that are not used any more, and the one that was not used for longest if there are too many. */
  private async endUnused(): Promise<void> {
    const now = this.options.now().getTime();
    const byUse = [...this.sessions].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    const tooMany = Math.max(0, byUse.length - MAX_SESSIONS + 1);
    const over = byUse.filter(([, { usedAt }], index) => index < tooMany || now - usedAt > SESSION_MS);
    await Promise.all(over.map(([id]) => this.end(id)));
  }

  private find(id: string | undefined, token: string): Session | undefined {
    const session = id === undefined ? undefined : this.sessions.get(id);
    return session?.token === token ? session : undefined;
  }

  private async endByClient(id: string | undefined, token: string, response: ServerResponse): Promise<void> {
    if (id === undefined || this.find(id, token) === undefined)
      return refuse(response, 404, 'there is no such session');
    await this.end(id);
    response.writeHead(204).end();
  }

  private async end(id: string): Promise<void> {
    const session = this.sessions.get(id);
    this.sessions.delete(id);
    await session?.server.close();
    for (const answer of session?.answers.values() ?? []) answer.end();
  }
}

/** Writes a line to the answer that it is about, which ends with the response. A line about a request whose client is gone is lost. */
function sendEvent(answers: Session['answers'], line: string, about: RpcId | null): void {
  const answer = about === null ? undefined : answers.get(about);
  answer?.write(`event: message\ndata: ${line}\n\n`);
  const isResponse = !('method' in (JSON.parse(line) as object));
  if (isResponse) answer?.end();
}

/** The text of a body; undefined if it is longer than allowed, of which the rest is not read. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32_600, message } }));
}
