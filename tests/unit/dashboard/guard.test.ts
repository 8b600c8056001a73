import { expect, it } from 'vitest';
import { guardRequest, type PageRequest } from '../../../src/dashboard/guard.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz012345';
const RUN = '20260102-030405-0a1b2c3d';
const access = { port: 4000, token: TOKEN };
const own: PageRequest = {
  method: 'GET',
  url: '/api/runs',
  host: '127.0.0.1:4000',
  origin: undefined,
  site: 'same-origin',
  authorization: `Bearer ${TOKEN}`,
};
const answer = (more: Partial<PageRequest>) => guardRequest({ ...own, ...more }, access);

it.each([
  ['/api/runs', { kind: 'runs' }],
  ['/api/queue', { kind: 'queue' }],
  [`/api/run/${RUN}`, { kind: 'run', run: RUN }],
  [`/api/run/${RUN}/findings`, { kind: 'findings', run: RUN }],
  [`/api/run/${RUN}/agent/coord-api.2`, { kind: 'agent', run: RUN, agent: 'coord-api.2' }],
  [`/api/run/${RUN}/gate/ship`, { kind: 'gate', run: RUN, stage: 'ship' }],
  ['/api/events/runs', { kind: 'events', view: 'runs' }],
  [`/api/events/run/${RUN}`, { kind: 'events', view: 'run', run: RUN }],
])('allows %s with the token', (url, route) => {
  expect(answer({ url })).toEqual(route);
  expect(answer({ url, authorization: undefined })).toEqual({ kind: 'refused', status: 401 });
});

it('gives the page itself without the token, and the token for a code', () => {
  expect(answer({ url: '/', authorization: undefined, site: 'none' })).toEqual({
    kind: 'asset',
    asset: 'page',
  });
  expect(answer({ url: '/api/token', authorization: `Code ${TOKEN}` })).toEqual({
    kind: 'token',
    code: TOKEN,
  });
});

it.each<[string, Partial<PageRequest>, number]>([
  ['another method', { method: 'POST' }, 405],
  ['a preflight', { method: 'OPTIONS' }, 405],
  ['HEAD', { method: 'HEAD' }, 405],
  ['a name that was pointed at this machine', { host: 'evil.example:4000' }, 421],
  [
    'the same name as host and origin',
    { host: 'evil.example:4000', origin: 'http://evil.example:4000' },
    421,
  ],
  ['no host', { host: undefined }, 421],
  ['another port', { host: '127.0.0.1:4001' }, 421],
  ['a host without a port', { host: '127.0.0.1' }, 421],
  ['another name of loopback', { host: '127.1:4000' }, 421],
  ['a host with a user', { host: 'x@127.0.0.1:4000' }, 421],
  ['another origin', { origin: 'http://evil.example' }, 403],
  ['the origin null', { origin: 'null' }, 403],
  ['another port as origin', { origin: 'http://127.0.0.1:5000' }, 403],
  ['another scheme as origin', { origin: 'https://127.0.0.1:4000' }, 403],
  ['another site', { site: 'cross-site' }, 403],
  ['another port of the same site', { site: 'same-site' }, 403],
  ['no token', { authorization: undefined }, 401],
  ['a wrong token', { authorization: `Bearer ${'x'.repeat(32)}` }, 401],
  ['a part of the token', { authorization: `Bearer ${TOKEN.slice(0, 31)}` }, 401],
  ['a longer token', { authorization: `Bearer ${TOKEN}0` }, 401],
  ['another scheme', { authorization: `Basic ${TOKEN}` }, 401],
  ['the token as a code of another path', { authorization: `Code ${TOKEN}` }, 401],
  ['the token in a query', { url: `/api/runs?token=${TOKEN}`, authorization: undefined }, 400],
  ['a query', { url: '/api/runs?x=1' }, 400],
  ['a way up', { url: '/api/run/../../etc/passwd' }, 404],
  ['an encoded way up', { url: '/api/run/%2e%2e/%2e%2e/etc/passwd' }, 404],
  ['a file', { url: '/../package.json' }, 404],
  ['a run that is no id', { url: '/api/run/etc' }, 404],
  ['an agent that is no name', { url: `/api/run/${RUN}/agent/..` }, 404],
  ['an unknown gate', { url: `/api/run/${RUN}/gate/build` }, 404],
  ['a deeper path', { url: `/api/run/${RUN}/agent/a1/prompt` }, 404],
  ['another server', { url: 'http://evil.example/api/runs' }, 404],
  ['a name of every object', { url: '/__proto__', authorization: undefined }, 404],
  ['a very long path', { url: `/api/${'a'.repeat(1000)}` }, 404],
])('refuses %s', (_, more, status) => {
  expect(answer(more)).toEqual({ kind: 'refused', status });
});
