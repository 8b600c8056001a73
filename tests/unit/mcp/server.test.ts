import { describe, expect, it } from 'vitest';
import { chooseVersion, parseMessage } from '../../../src/mcp/protocol.ts';
import { McpServer, type McpTool, textResult } from '../../../src/mcp/server.ts';

describe('parseMessage', () => {
  it.each([
    ['{', { kind: 'invalid', code: -32700, id: null }],
    ['[]', { kind: 'invalid', code: -32600, id: null }],
    ['{"jsonrpc":"1.0","id":3,"method":"ping"}', { kind: 'invalid', code: -32600, id: 3 }],
    ['{"jsonrpc":"2.0","id":3,"method":"ping","params":[]}', { kind: 'invalid', code: -32600, id: 3 }],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', { kind: 'invalid', code: -32600, id: null }],
    ['{"jsonrpc":"2.0"}', { kind: 'invalid', code: -32600, id: null }],
    ['{"jsonrpc":"2.0","id":"a","method":"ping"}', { kind: 'request', id: 'a', method: 'ping', params: {} }],
    ['{"jsonrpc":"2.0","method":"x","params":{"a":1}}', { kind: 'notification', params: { a: 1 } }],
    ['{"jsonrpc":"2.0","id":1,"result":{}}', { kind: 'response', id: 1, isError: false }],
    [
      '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}',
      { kind: 'invalid', code: -32600, id: null },
    ],
    [
      '{"jsonrpc":"2.0","id":1,"result":{"action":"decline","\\u0061ction":"accept"}}',
      { kind: 'invalid', code: -32600, id: null },
    ],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1}}', { kind: 'response', id: 1, isError: true }],
  ])('%s', (line, message) => {
    expect(parseMessage(line)).toMatchObject(message);
  });
});

describe('chooseVersion', () => {
  it.each([
    ['2024-11-05', '2024-11-05'],
    ['2099-01-01', '2025-11-25'],
    [undefined, '2025-11-25'],
  ])('%s', (wanted, version) => {
    expect(chooseVersion(wanted)).toBe(version);
  });
});

describe('a server', () => {
  const open = (call: McpTool['call'], capabilities: object = { elicitation: {} }) => {
    const sent: Record<string, unknown>[] = [];
    const tool = { name: 't', description: 'T', inputSchema: { type: 'object' }, isReadOnly: false, call };
    const info = { name: 'n', version: '1', instructions: '' };
    const server = new McpServer(info, [tool], new Map(), (line) => void sent.push(JSON.parse(line)));
    const post = (message: object) => server.receive(JSON.stringify({ jsonrpc: '2.0', ...message }));
    post({ id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities } });
    return { sent, post, server };
  };
  const start = { id: 1, method: 'tools/call', params: { name: 't' } };
  const asking: McpTool['call'] = async (_, ask) =>
    textResult((await ask?.('Sure?', {}))?.action ?? 'cannot ask');
  const lastText = async (sent: Record<string, unknown>[], server: McpServer) => {
    await server.close();
    return JSON.stringify(sent.at(-1));
  };

  it('says what it is, and refuses what it does not know', () => {
    const { sent, post } = open(asking);
    post({ id: 'p', method: 'ping' });
    post({ id: 2, method: 'resources/list' });
    post({ method: 'notifications/initialized' });
    expect(sent).toMatchObject([
      {
        id: 0,
        result: { protocolVersion: '2025-06-18', serverInfo: { name: 'n' }, capabilities: { tools: {} } },
      },
      { id: 'p', result: {} },
      { id: 2, error: { code: -32601 } },
    ]);
  });

  it.each([
    ['an acceptance', { result: { action: 'accept', content: {} } }, 'accept'],
    ['a refusal', { result: { action: 'decline' } }, 'decline'],
    ['something else', { result: { action: 'ok' } }, 'cancel'],
    ['an error', { error: { code: -32601, message: 'no' } }, 'cancel'],
  ])('takes %s of a question as %j', async (_, reply, action) => {
    const { sent, post, server } = open(asking);
    post(start);
    await new Promise(setImmediate);
    post({ id: 'ask-1', ...reply });
    await new Promise(setImmediate);
    expect(await lastText(sent, server)).toContain(`"text":"${action}"`);
  });

  it('takes a cancelled call and the end of the client as no answer, and asks only a client that can', async () => {
    const cancelled = open(asking);
    cancelled.post(start);
    await new Promise(setImmediate);
    cancelled.post({ method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(await lastText(cancelled.sent, cancelled.server)).toContain('"text":"cancel"');
    const gone = open(asking);
    gone.post(start);
    await new Promise(setImmediate);
    expect(await lastText(gone.sent, gone.server)).toContain('"text":"cancel"');
    const mute = open(asking, {});
    mute.post(start);
    expect(await lastText(mute.sent, mute.server)).toContain('"text":"cannot ask"');
  });

  it('answers an unexpected fault of a tool with an error', async () => {
    const { sent, post, server } = open(() => Promise.reject(new Error('boom')));
    post(start);
    expect(await lastText(sent, server)).toContain('"error":{"code":-32603,"message":"boom"}');
  });
});
