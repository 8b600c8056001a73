import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeGateStatus } from '../pipeline/gate/describe-gate.io.ts';
import { accept, ExpectedError, fault, type Result } from '../system/result.ts';
import { readPageAsset } from './assets.io.ts';
import { Channel } from './channel.io.ts';
import { guardRequest, isSameSecret, type PageRoute } from './guard.ts';
import { PAGE, PAGE_ICON, PAGE_POLICY } from './page.ts';
import { joinView } from './parts.ts';
import { openAgentDetails } from './read-agent.io.ts';
import { readFindingsDetail } from './read-findings.io.ts';
import {
  type DashboardPlace,
  openQueueSource,
  openRunSource,
  openRunsSource,
  requireRunDir,
} from './sources.io.ts';
import { openStream } from './stream.io.ts';

/** How long the one-time code in the opened address counts. */
const CODE_MS = 120_000;
/** Maximum number of connections at the same time. */
const MAX_CONNECTIONS = 64;

/** A running dashboard. */
export interface Dashboard {
  port: number;
  /** The address for a human to open, with the token. */
  url(fragment?: string): string;
  /** An address for the command line of a browser: its code counts once, since other users may see command lines. */
  makeOneTimeUrl(fragment?: string): string;
  close(): Promise<void>;
}

/** Starts the server on loopback. Fails if the port is in use. */
export async function serveDashboard(place: DashboardPlace, port: number): Promise<Result<Dashboard>> {
  const server = createServer();
  server.maxConnections = MAX_CONNECTIONS;
  const failure = await listen(server, port);
  if (failure) return failure;
  const app = new App(place, (server.address() as AddressInfo).port);
  server.on('request', (request, response) => void app.answer(request, response));
  const base = `http://127.0.0.1:${app.port}/`;
  return accept({
    port: app.port,
    url: (fragment = '') => `${base}#token=${app.token}${fragment}`,
    makeOneTimeUrl: (fragment = '') => `${base}#code=${app.makeCode()}${fragment}`,
    close: () =>
      new Promise((resolve) => {
        app.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function listen(server: Server, port: number): Promise<Result<never> | undefined> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(
        fault({
          code: error.code === 'EADDRINUSE' ? 'port-in-use' : 'port-unusable',
          message: `port ${port} cannot be used (${error.code ?? error.message})`,
          target: String(port),
          fix: 'leave out --port, so that a free port is used: `sao dashboard`',
        }),
      ),
    );
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
}

class App {
  readonly port: number;
  readonly token = randomBytes(24).toString('base64url');
  private readonly place: DashboardPlace;
  private readonly codes = new Map<string, number>();
  private readonly channels = new Map<string, Channel>();

  constructor(place: DashboardPlace, port: number) {
    this.place = place;
    this.port = port;
  }

  makeCode(): string {
    const code = randomBytes(24).toString('base64url');
    this.codes.set(code, this.place.now().getTime() + CODE_MS);
    return code;
  }

  close(): void {
    for (const channel of this.channels.values()) channel.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    const route = guardRequest(
      {
        ...{ method, url, host: headers.host, origin: headers.origin },
        site: headers['sec-fetch-site'] as string | undefined,
        authorization: headers.authorization,
      },
      this,
    );
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (route.kind === 'refused') {
      response.writeHead(route.status).end();
      return;
    }
    try {
      await this.send(route, request, response);
    } catch (error) {
      if (!(error instanceof ExpectedError)) response.writeHead(500);
      else response.writeHead(404);
      const problems = error instanceof ExpectedError ? error.failure.diagnostics : [describeFault(error)];
      response.end(JSON.stringify({ problems }));
    }
  }

  private async send(route: PageRoute, request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (route.kind) {
      case 'asset':
        sendAsset(route.asset, response);
        return;
      case 'events':
        this.stream(route, request, response);
        return;
      default: {
        const data = await this.read(route);
        response.writeHead(data === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(data ?? { problems: [] }));
      }
    }
  }

  private async read(route: Exclude<PageRoute, { kind: 'asset' | 'events' }>): Promise<unknown> {
    const { place } = this;
    const { choice, now } = place;
    switch (route.kind) {
      case 'token':
        return this.exchange(route.code);
      case 'runs':
        return await openRunsSource(place).read();
      case 'queue':
        return await openQueueSource(place).read();
      case 'run':
        return joinView(await openRunSource(route.run, place).read());
      case 'findings':
        return readFindingsDetail(requireRunDir(route.run, choice), now());
      case 'agent':
        return openAgentDetails(requireRunDir(route.run, choice), now())(route.agent);
      case 'gate':
        return await describeGateStatus(requireRunDir(route.run, choice), route.stage, choice.env);
    }
  }

  /** The token for a code that was not used before and is not too old. */
  private exchange(code: string): { token: string } | undefined {
    const known = [...this.codes].find(([each]) => isSameSecret(code, each));
    if (!known) return undefined;
    this.codes.delete(known[0]);
    return known[1] >= this.place.now().getTime() ? { token: this.token } : undefined;
  }

  private stream(
    route: Extract<PageRoute, { kind: 'events' }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const key = route.view === 'run' ? `run/${route.run}` : route.view;
    const channel = this.channels.get(key) ?? new Channel(this.openSource(route));
    this.channels.set(key, channel);
    openStream(channel, request, response);
  }

  private openSource(route: Extract<PageRoute, { kind: 'events' }>) {
    if (route.view === 'run') return openRunSource(route.run, this.place);
    return route.view === 'runs' ? openRunsSource(this.place) : openQueueSource(this.place);
  }
}

const HEADERS = {
  'Content-Security-Policy': PAGE_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

function sendAsset(asset: 'page' | 'script' | 'style' | 'icon', response: ServerResponse): void {
  const [type, text] = {
    page: () => ['text/html; charset=utf-8', PAGE],
    script: () => ['text/javascript; charset=utf-8', readPageAsset('page.js')],
    style: () => ['text/css; charset=utf-8', readPageAsset('page.css')],
    icon: () => ['image/svg+xml', PAGE_ICON],
  }[asset]();
  response.writeHead(200, { 'Content-Type': type }).end(text);
}

function describeFault(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return { severity: 'error' as const, code: 'internal', message: `an internal fault: ${message}` };
}
