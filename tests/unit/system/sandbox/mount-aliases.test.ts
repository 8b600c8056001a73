import { describe, expect, it } from 'vitest';
import { listAliasRules, type Mount, parseMounts } from '../../../../src/system/sandbox/mount-aliases.ts';
import type { PathRule } from '../../../../src/system/sandbox/path-rules.ts';

const readOnly = (path: string): PathRule => ({ path, access: 'read-only' });
const writable = (path: string): PathRule => ({ path, access: 'writable' });
const at = (point: string, root: string, device = '8:1'): Mount => ({ device, root, point });

describe('listAliasRules', () => {
  it.each<[string, PathRule[], Mount[], PathRule[]]>([
    ['no second mount', [readOnly('/home/ada')], [at('/', '/')], []],
    [
      'the folder itself',
      [readOnly('/home/ada')],
      [at('/', '/'), at('/srv', '/home/ada')],
      [readOnly('/srv')],
    ],
    [
      'a folder above it',
      [readOnly('/home/ada')],
      [at('/', '/'), at('/mnt', '/')],
      [readOnly('/mnt/home/ada')],
    ],
    [
      'a part of it, which is hidden',
      [{ path: '/home/ada/.local', access: 'hidden' }],
      [at('/', '/'), at('/tmp/x', '/home/ada/.local/state')],
      [{ path: '/tmp/x', access: 'hidden' }],
    ],
    [
      'a home on a file system of its own',
      [readOnly('/home/ada')],
      [at('/', '/', '8:2'), at('/home', '/'), at('/srv/h', '/')],
      [readOnly('/srv/h/ada')],
    ],
    ['another file system', [readOnly('/home/ada')], [at('/', '/'), at('/srv', '/home/ada', '8:9')], []],
    ['a folder of another name', [readOnly('/home/ada')], [at('/', '/'), at('/srv', '/home/adam')], []],
    [
      'the project, which is mounted from the home',
      [readOnly('/home/ada'), writable('/work')],
      [at('/', '/'), at('/work', '/home/ada/code')],
      [],
    ],
    [
      'a mount that a later one covers',
      [readOnly('/home/ada')],
      [at('/', '/'), at('/srv', '/home/ada'), at('/srv', '/', '0:5')],
      [],
    ],
    ['a mount inside of it', [readOnly('/home/ada')], [at('/', '/'), at('/home/ada/x', '/home/ada')], []],
  ])('%s', (_, rules, mounts, expected) => {
    expect(listAliasRules(rules, mounts)).toEqual(expected);
  });
});

it('parses what the system says of mounts', () => {
  const text = '36 35 98:0 /mnt\\040one /mnt2 rw,noatime master:1 - ext3 /dev/root rw\n';
  expect(parseMounts(text)).toEqual([{ device: '98:0', root: '/mnt one', point: '/mnt2' }]);
});
