import { describe, expect, it } from 'vitest';
import { guardMcpRequest } from '../../../src/mcp/guard-http.ts';

const ACCESS = {
  hosts: ['127.0.0.1:8712', 'queue.example:8712'],
  origins: ['http://127.0.0.1:8712', 'https://page.example'],
  versions: ['2025-11-25', '2025-06-18'],
};
const CALL = {
  method: 'POST',
  url: '/mcp',
  host: '127.0.0.1:8712',
  origin: undefined,
  authorization: 'Bearer sao_q1_abc',
  contentType: 'application/json',
  version: undefined,
};

describe('a request to the server', () => {
  it.each<[string, object]>([
    ['of a program', {}],
    [
      'with another case and a charset',
      { authorization: 'bearer sao_q1_abc', contentType: 'application/json; charset=utf-8' },
    ],
    ['to an allowed name', { host: 'Queue.example:8712' }],
    ['of an allowed page', { origin: 'https://page.example' }],
    ['with a known version', { version: '2025-06-18' }],
    ['that ends a session', { method: 'DELETE', contentType: undefined }],
  ])('%s is answered', (_, more) => {
    expect(guardMcpRequest({ ...CALL, ...more }, ACCESS)).toEqual({ token: 'sao_q1_abc' });
  });

  it.each<[string, object, number]>([
    ['to another name', { host: 'evil.example:8712' }, 421],
    ['to another port', { host: '127.0.0.1:80' }, 421],
    ['without a name', { host: undefined }, 421],
    ['of another page', { origin: 'https://evil.example' }, 403],
    ['of a page without an origin', { origin: 'null' }, 403],
    ['to another path', { url: '/mcp/x' }, 404],
    ['with a query', { url: '/mcp?token=x' }, 404],
    ['that reads', { method: 'GET' }, 405],
    ['without a token', { authorization: undefined }, 401],
    ['with a password', { authorization: 'Basic YTpi' }, 401],
    ['with two tokens', { authorization: 'Bearer a b' }, 401],
    ['with an unknown version', { version: '2024-01-01' }, 400],
    ['with a form, which a page may send without a question', { contentType: 'text/plain' }, 415],
    ['without a type', { contentType: undefined }, 415],
    ['with a type that begins alike', { contentType: 'application/jsonp' }, 415],
  ])('%s is refused', (_, more, status) => {
    expect(guardMcpRequest({ ...CALL, ...more }, ACCESS)).toMatchObject({ status });
  });
});
