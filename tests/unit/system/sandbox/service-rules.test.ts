import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wrapCommand } from '../../../../src/system/sandbox/sandbox.ts';
import { listServiceRules, parseListening } from '../../../../src/system/sandbox/service-rules.ts';
import { makeScratch } from '../../../harness/scratch.ts';

it('parses the sockets on which programs wait', () => {
  const text = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/docker.sock',
    '0000000000000000: 00000003 00000000 00000000 0001 03 12346 /run/docker.sock',
    '0000000000000000: 00000002 00000000 00010000 0001 01 12347 @/tmp/.X11-unix/X0',
    '0000000000000000: 00000002 00000000 00010000 0005 01 12348 /tmp/a b/s',
    '0000000000000000: 00000002 00000000 00010000 0001 01 12349',
  ].join('\n');
  expect(parseListening(text)).toEqual(['/run/docker.sock', '/tmp/a b/s']);
});

it.skipIf(process.platform !== 'linux')(
  'covers a socket of the user, but not one that was just made',
  async () => {
    const path = join(makeScratch(), 'agent');
    const server = createServer().listen(path);
    await once(server, 'listening');
    expect(listServiceRules(Date.now() + 60_000)).toContainEqual({ path, access: 'empty' });
    expect(listServiceRules(Date.now())).not.toContainEqual({ path, access: 'empty' });
    server.close();
  },
);

it('takes the names of such services from the environment', () => {
  const env = { PATH: '/bin', SSH_AUTH_SOCK: '/tmp/a', TMUX: '/tmp/t', DISPLAY: ':0', SAO_RUN_ID: 'x' };
  const sandbox = { kind: 'bwrap', file: '/usr/bin/bwrap', isRoot: false, hasOwnProcesses: true } as const;
  expect(wrapCommand(sandbox, [], { file: 'sh', args: [], cwd: '/', env }).env).toEqual({
    PATH: '/bin',
    SAO_RUN_ID: 'x',
  });
});
