import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Call, parseCall } from './call.ts';
import { buildMessage, sendJson, sendRefusal, sendStream } from './encode.ts';
import type { WireRequest } from './messages.ts';
import { isRefusal, type Script } from './reply.ts';

/** A Messages API on loopback whose every answer a test writes. */
export interface ScriptedApi {
  url: string;
  /** Every conversation request in the order of arrival. */
  calls: Call[];
  /** `METHOD path` of every request that is not part of the API as we know it. */
  strays: string[];
  /** Resolves with the first call, past or future, that matches. */
  waitFor: (matches: (call: Call) => boolean) => Promise<Call>;
  /** Stops the server; throws what a script threw, so that a broken script fails its test. */
  close: () => Promise<void>;
}

interface Waiter {
  matches: (call: Call) => boolean;
  resolve: (call: Call) => void;
}

interface State {
  script: Script;
  calls: Call[];
  strays: string[];
  waiters: Waiter[];
  failures: unknown[];
}

export async function startApi(script: Script): Promise<ScriptedApi> {
  const state: State = { script, calls: [], strays: [], waiters: [], failures: [] };
  const server = createServer((request, response) => {
    route(state, request, response).catch((error: unknown) => fail(state, response, error));
  });
  // A connection that the server closes after 5 idle seconds may be the one that the client is just using again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: state.calls,
    strays: state.strays,
    waitFor: (matches) => waitFor(state, matches),
    close: () => close(server, state.failures),
  };
}

async function route(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  const body = await readBody(request);
  if (path === '/v1/messages/count_tokens')
    return sendJson(response, 200, { input_tokens: Math.ceil(body.length / 4) });
  if (path === '/v1/messages') return answer(state, request, response, JSON.parse(body) as WireRequest);
  state.strays.push(`${request.method} ${path}`);
  sendJson(response, 404, { type: 'error', error: { type: 'not_found_error', message: path } });
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse, body: WireRequest) {
  const call = parseCall(request.headers, body);
  const id = `msg_${state.calls.push(call)}`;
  announce(state, call);
  const reply = await state.script(call);
  if (isRefusal(reply)) return sendRefusal(response, reply);
  const message = buildMessage(id, body.model, reply);
  if (body.stream) await sendStream(response, message, reply.beforeBlock);
  else sendJson(response, 200, message);
}

function announce(state: State, call: Call): void {
  const met = state.waiters.filter((waiter) => waiter.matches(call));
  state.waiters = state.waiters.filter((waiter) => !met.includes(waiter));
  for (const waiter of met) waiter.resolve(call);
}

function waitFor(state: State, matches: (call: Call) => boolean): Promise<Call> {
  const past = state.calls.find(matches);
  if (past) return Promise.resolve(past);
  return new Promise((resolve) => state.waiters.push({ matches, resolve }));
}

// 400 is the one status that the client never waits on before it tries again.
function fail(state: State, response: ServerResponse, error: unknown): void {
  state.failures.push(error);
  sendRefusal(response, { status: 400, message: 'the script of this test failed' });
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

async function close(server: Server, failures: unknown[]): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  if (failures.length > 0) throw failures[0];
}
