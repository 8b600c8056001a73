import { findDuplicateKeys } from '../run/plan/find-duplicate-keys.ts';

/** Versions of the Model Context Protocol that the server speaks, the newest first. */
export const PROTOCOL_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** Error codes of JSON-RPC. */
export const RPC_ERRORS = {
  parse: -32_700,
  invalidRequest: -32_600,
  unknownMethod: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
} as const;

export type RpcId = string | number;

/** A message of the client that has the form of the protocol. */
export type RpcMessage =
  | { kind: 'request'; id: RpcId; method: string; params: Readonly<Record<string, unknown>> }
  | { kind: 'notification'; method: string; params: Readonly<Record<string, unknown>> }
  | { kind: 'response'; id: RpcId; result: unknown; isError: boolean }
  | { kind: 'invalid'; code: number; message: string; id: RpcId | null };

/** Parses one line of the client. A batch is no message of this protocol any more. */
export function parseMessage(line: string): RpcMessage {
  try {
    const value: unknown = JSON.parse(line);
    // Another reader of the line, such as the client's question to its user, may take the other value.
    const [twice] = findDuplicateKeys(line);
    return twice === undefined ? readMessage(value) : invalid(null, 'an object of a message has a key twice');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'invalid', code: RPC_ERRORS.parse, message: 'the line is not JSON', id: null };
  }
}

function readMessage(value: unknown): RpcMessage {
  const { jsonrpc, id, method, params = {}, result, error } = isJsonObject(value) ? value : {};
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  if (jsonrpc !== '2.0') return invalid(known, 'a message is one object with "jsonrpc": "2.0"');
  if (typeof method !== 'string')
    return known === null
      ? invalid(known, 'a message has a "method", or the "id" of a request')
      : { kind: 'response', id: known, result: error ?? result, isError: error !== undefined };
  if (!isJsonObject(params)) return invalid(known, '"params" is an object');
  if (id === undefined) return { kind: 'notification', method, params };
  return known === null
    ? invalid(known, '"id" is a text or a number')
    : { kind: 'request', id: known, method, params };
}

const invalid = (id: RpcId | null, message: string): RpcMessage => ({
  kind: 'invalid',
  code: RPC_ERRORS.invalidRequest,
  message,
  id,
});

export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The version for a client that wants this one: its own if the server knows it, else the newest. */
export function chooseVersion(wanted: unknown): string {
  return PROTOCOL_VERSIONS.find((version) => version === wanted) ?? PROTOCOL_VERSIONS[0];
}
